//! What stands around a name: labels before it, verbs behind it, addresses, sentence ends.

use super::labels;
use super::lists::{Flags, flags};
use super::things::named_after;
use super::words::{after, before};

/// What a text says just before a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// Start of the text, a line or a field.
    Start,
    /// Start of a sentence.
    Sentence,
    /// `Officer:`, `cardholder=`: a person is announced.
    Person,
    /// `Surname:`, `"firstName":`: the label of a name and of nothing else.
    Named,
    /// `Name:`: a person or a thing.
    Name,
    /// Copyright notices and author lines.
    Author,
    /// A word that mostly stands before persons: by, brother, Dear.
    Cue,
    /// One that often does: to, from, and.
    Hint,
    /// Says, told: whoever is named here speaks or listens.
    Speech,
    /// "my name is", "called", "named".
    Called,
    /// A word before things or places: the, in, at.
    Thing,
    /// A sign that joins names of firms.
    Joined,
    /// San, Mount, New: what follows is a place.
    Place,
    /// Any other word in small letters.
    Small,
    /// Anything else.
    Other,
}

fn small(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|letter| letter.is_lowercase() || matches!(letter, '\'' | '’'))
}

/// The word that ends at an offset; may be empty.
pub(super) fn word_before(text: &str, at: usize) -> &str {
    let head = text.get(..at).unwrap_or("");
    let start = head
        .char_indices()
        .rev()
        .take_while(|(_, letter)| letter.is_alphanumeric() || matches!(letter, '_' | '\'' | '’'))
        .last()
        .map_or(at, |(start, _)| start);
    head.get(start..).unwrap_or("")
}

/// The word that starts at an offset; may be empty.
pub(super) fn word_after(text: &str, at: usize) -> &str {
    let tail = text.get(at..).unwrap_or("");
    let end = tail.find(|letter: char| !letter.is_alphabetic() && !matches!(letter, '\'' | '’')).unwrap_or(tail.len());
    tail.get(..end).unwrap_or("")
}

/// What stands before the name that starts at an offset.
pub(super) fn lead(text: &str, start: usize) -> Lead {
    let mut at = start;
    let (mut opened, mut touches) = (false, true);
    while let Some(letter) = before(text, at) {
        match letter {
            '"' | '(' | '[' => opened = true,
            '\'' | '“' | '‘' | '«' => (opened, touches) = (true, false),
            ' ' => touches = false,
            _ => break,
        }
        at -= letter.len_utf8();
    }
    // `new(b"Example")`, `f(Example)`: a program
    if opened && touches && before(text, at).is_some_and(|letter| letter.is_alphanumeric() || letter == '_') {
        return Lead::Other;
    }
    match before(text, at) {
        Some('\n') => labels::above(text, at - 1).unwrap_or(Lead::Start),
        Some('>') => labels::tag(text, at - 1).unwrap_or(Lead::Start),
        Some(']' | '-' | '–') if labels::stamped(text, at) => Lead::Start,
        None | Some('\r' | '\t' | '|' | ';' | '*' | '•') => Lead::Start,
        Some('{') if opened => Lead::Start,
        Some(':' | '=') => label(text, at - 1),
        Some('.' | '!' | '?' | '…') => {
            let word = word_before(text, at - before(text, at).map_or(0, char::len_utf8));
            match word {
                "St" | "Mt" | "Ft" => Lead::Place,
                _ if word.len() == 1 => Lead::Other,
                _ => Lead::Sentence,
            }
        }
        Some('&' | '+') => Lead::Joined,
        Some(',') if opened => Lead::Start,
        Some(',') => match word_before(text, text.get(..at - 1).map_or(0, |head| head.trim_end_matches(' ').len())) {
            "hi" | "hello" | "hey" | "thanks" | "Hi" | "Hello" | "Hey" | "Thanks" => Lead::Cue,
            word if small(word) => Lead::Small,
            _ => Lead::Other,
        },
        Some('©') => Lead::Author,
        Some(')') if labels::bare(text, at) => Lead::Named,
        Some(')') if text.get(..at).is_some_and(|head| head.ends_with("(c)") || head.ends_with("(C)")) => Lead::Author,
        Some(letter) if letter.is_ascii_digit() && numbered(text, at) => Lead::Named,
        Some(letter) if letter.is_ascii_digit() => {
            let line = text.get(..at).unwrap_or("").rsplit('\n').next().unwrap_or("");
            let notice = ["Copyright", "copyright", "COPYRIGHT", "(c)", "(C)", "©"].iter().any(|mark| line.contains(mark));
            if notice { Lead::Author } else { Lead::Other }
        }
        Some(letter) if letter.is_alphabetic() => word_lead(text, at, opened),
        _ => Lead::Other,
    }
}

/// Whether the name that opens a line is of somebody who is spoken to: "Kateřina, can I", or "Joyce," above a letter. In a list of constants
/// another name and a comma follow, or the lines are indented or go on with commas.
pub(super) fn addressed(text: &str, start: usize, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or("");
    let speaks = |rest: &str| rest.starts_with(char::is_lowercase) || rest.starts_with("I ");
    if let Some(said) = [" - ", " – "].iter().find_map(|sign| rest.strip_prefix(sign)) {
        return speaks(said);
    }
    let Some(rest) = rest.strip_prefix(',') else { return false };
    let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
    if line.trim().is_empty() {
        let ahead = text.get(..start).unwrap_or("").rsplit('\n').next().unwrap_or("");
        let next = below.lines().map(str::trim_end).find(|line| !line.is_empty()).unwrap_or("");
        return !ahead.starts_with([' ', '\t']) && !next.ends_with([',', '{', '}', ']', ')', ';']);
    }
    let Some(said) = line.strip_prefix(' ') else { return false };
    // one word and no more
    let other = said.trim_start_matches(|letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '\'' | '’'));
    let more = other.trim_start();
    speaks(said)
        || said.starts_with(char::is_uppercase) && !more.is_empty() && !more.starts_with([',', '}', ']', ')', ';', '|', '='])
}

/// Whether the number that ends at an offset is that of a rank: PC 4821.
fn numbered(text: &str, at: usize) -> bool {
    let head = text.get(..at).unwrap_or("");
    let bare = head.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let digits = head.len() - bare.len();
    let Some(ahead) = bare.strip_suffix(' ').filter(|_| (2..=6).contains(&digits)) else { return false };
    let word = word_before(ahead, ahead.len());
    let known = flags(word);
    known.any(Flags::RANK) && word.bytes().all(|byte| byte.is_ascii_uppercase())
        || known.any(Flags::TITLE) && word.starts_with(char::is_uppercase)
}

fn word_lead(text: &str, at: usize, opened: bool) -> Lead {
    let word = word_before(text, at);
    if labels::bare(text, at) {
        return Lead::Named;
    }
    match word {
        // what is made or owned by somebody is a firm's as often
        "by" if matches!(
            word_before(text, (at - word.len()).saturating_sub(1)),
            "made"
                | "built"
                | "manufactured"
                | "owned"
                | "run"
                | "operated"
                | "sold"
                | "supplied"
                | "provided"
                | "powered"
                | "acquired"
                | "bought"
                | "marketed"
                | "sponsored"
                | "distributed"
                | "developed"
                | "produced"
                | "released"
                | "issued"
        ) =>
        {
            Lead::Thing
        }
        "Dear" | "Hi" | "Hello" | "Hey" | "Thanks" | "by" | "By" | "thank" | "thanks" | "starring" | "brother" | "sister"
        | "son" | "daughter" | "wife" | "husband" | "father" | "mother" | "friend" | "uncle" | "aunt" | "cousin"
        | "colleague" | "young" | "actor" | "actress" | "singer" | "client" | "patient" | "customer" | "officer" | "employee"
        | "producer" | "artist" | "player" | "met" | "married" | "contact" | "physicist" | "director" | "superintendent"
        | "judge" | "poet" | "dear" | "attn" | "Attn" | "operator" | "inspector" | "constable" | "sergeant" | "Beneficiary"
        | "beneficiary" | "Author" | "author" | "called" | "nicknamed" => Lead::Cue,
        "says" | "said" | "told" | "asked" | "replied" | "recalls" | "tell" | "tells" | "asks" => Lead::Speech,
        "to" if word_before(text, (at - word.len()).saturating_sub(1)).eq_ignore_ascii_case("according") => Lead::Cue,
        "of" if matches!(
            word_before(text, (at - word.len()).saturating_sub(1)),
            "statement"
                | "Statement"
                | "evidence"
                | "son"
                | "daughter"
                | "wife"
                | "widow"
                | "husband"
                | "father"
                | "mother"
                | "parents"
                | "brother"
                | "sister"
                | "death"
                | "arrest"
                | "appointment"
                | "murder"
                | "behalf"
                | "funeral"
                | "trial"
                | "signature"
                | "resignation"
        ) =>
        {
            Lead::Cue
        }
        "interviewed" | "arrested" | "charged" | "appointed" | "hired" | "employed" | "thanked" | "invited" | "accused"
        | "succeeded" | "replaced" => Lead::Cue,
        "with" | "him" | "and" | "about" | "than" | "like" | "that" | "if" | "when" | "from" | "for" | "to" | "between"
        | "after" => Lead::Hint,
        "at" if matches!(
            word_before(text, at.saturating_sub(3)),
            "shouted" | "laughed" | "smiled" | "looked" | "yelled" | "pointed"
        ) =>
        {
            Lead::Cue
        }
        "named" | "I'm" | "i'm" | "I’m" | "Im" => Lead::Called,
        "is" | "me" | "was" | "am" | "it's" => {
            let gap = at - word.len();
            let earlier = word_before(text, gap.saturating_sub(1));
            match earlier {
                "name" | "Name" | "call" | "calls" | "I" => Lead::Called,
                "this" | "This" => Lead::Cue,
                _ => Lead::Small,
            }
        }
        "Copyright" | "copyright" | "authors" | "Authors" | "AUTHORS" => Lead::Author,
        "the" | "The" | "a" | "an" | "A" | "An" | "in" | "In" | "at" | "At" | "near" | "Near" | "into" | "via" | "using"
        | "Using" | "through" | "of" | "on" | "On" => {
            if opened {
                Lead::Other
            } else {
                Lead::Thing
            }
        }
        "San" | "Santa" | "St" | "Saint" | "Los" | "Las" | "Fort" | "Mount" | "Mt" | "Lake" | "Cape" | "Port" | "New"
        | "North" | "South" | "East" | "West" | "Great" | "Upper" | "Lower" | "El" | "Sao" | "São" => Lead::Place,
        word if small(word) => Lead::Small,
        _ => Lead::Other,
    }
}

/// What a label (the word before a colon or an equals sign at this offset) announces.
pub(super) fn label(text: &str, at: usize) -> Lead {
    let mut end = labels::plural(text, at);
    while let Some(letter) = before(text, end) {
        if !matches!(letter, ' ' | '"' | '\'' | '*' | ':') {
            break;
        }
        end -= letter.len_utf8();
    }
    let word = word_before(text, end);
    let mut last = [0_u8; 16];
    let tail = word.rsplit('_').next().unwrap_or(word);
    let camel = ["Name", "Holder", "Officer"].iter().find(|suffix| tail.ends_with(**suffix) && tail.len() > suffix.len());
    let tail = camel.copied().unwrap_or(tail);
    let Some(buffer) = last.get_mut(..tail.len()) else { return Lead::Other };
    buffer.copy_from_slice(tail.as_bytes());
    buffer.make_ascii_lowercase();
    match &*buffer {
        b"officer" | b"cardholder" | b"holder" | b"contact" | b"from" | b"to" | b"cc" | b"bcc" | b"attn" | b"attention"
        | b"signed" | b"by" | b"author" | b"authors" | b"witness" | b"victim" | b"suspect" | b"maintainer" | b"maintainers"
        | b"employee" | b"patient" | b"customer" | b"applicant" | b"payee" | b"beneficiary" | b"kin" | b"supervisor"
        | b"signatory" | b"operator" | b"engineer" | b"driver" | b"resident" | b"tenant" | b"complainant" | b"defendant"
        | b"informant" | b"student" | b"teacher" | b"doctor" | b"nurse" | b"manager" | b"creator" | b"sender" | b"recipient"
        | b"assignee" | b"reporter" | b"committer" | b"uploader" | b"founders" | b"directors" | b"attendees" | b"present"
        | b"apologies" | b"participants" | b"witnesses" | b"suspects" | b"applicants" | b"winners" | b"speakers"
        | b"trustees" | b"nominees" | b"officers" => Lead::Person,
        b"surname" | b"forename" | b"forenames" | b"firstname" | b"lastname" | b"fullname" => Lead::Named,
        last if labels::foreign(last) => Lead::Person,
        b"name" => {
            let first_or_last = |before: &str| {
                ["full", "first", "last", "family", "given", "middle", "maiden"]
                    .iter()
                    .any(|one| before.eq_ignore_ascii_case(one))
            };
            let named = first_or_last(word_before(text, end.saturating_sub(word.len() + 1)))
                || word.len() > 4
                    && first_or_last(
                        word.get(..word.len() - 4).unwrap_or("").trim_end_matches('_').rsplit('_').next().unwrap_or(""),
                    );
            let full = word.len() > 4
                || matches!(
                    word_before(text, end.saturating_sub(word.len() + 1)),
                    "full"
                        | "Full"
                        | "first"
                        | "First"
                        | "last"
                        | "Last"
                        | "Officer"
                        | "officer"
                        | "Employee"
                        | "Holder"
                        | "Cardholder"
                        | "your"
                        | "Your"
                        | "Customer"
                        | "Patient"
                        | "Contact"
                        | "Display"
                        | "Account"
                        | "Print"
                );
            let thing = [
                "file", "host", "user", "class", "path", "module", "package", "product", "service", "project", "table", "column",
                "field", "unit", "organi", "common", "server", "event", "group", "display", "company", "domain", "job", "step",
            ];
            let lower = word.to_lowercase();
            if thing.iter().any(|thing| lower.starts_with(thing)) {
                Lead::Other
            } else if named {
                Lead::Named
            } else if full {
                Lead::Person
            } else {
                Lead::Name
            }
        }
        b"user" | b"owner" | b"who" | b"bot" | b"agent" | b"caller" | b"client" | b"requester" => Lead::Name,
        _ => Lead::Other,
    }
}

/// What a text says just behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    /// End of the text, line or field.
    End,
    /// A full stop, comma or bracket.
    Stop,
    /// A colon: a speaker, or a key.
    Colon,
    /// A verb that only persons do: asked, was born.
    Speech,
    /// Said, told: firms and offices do, too.
    Told,
    /// A verb that persons do, and firms at times: became, joined, lives.
    Deed,
    /// A comma and "who", or an age: "Example, 34, of Sampleton".
    Person,
    /// An auxiliary or another word that often stands behind persons: is, was, has, who.
    Verb,
    /// Any other word in small letters.
    Small,
    /// An apostrophe and an s.
    Possessive,
    /// An apostrophe and an s, and nothing that is possessed: a shop, a disease.
    Bare,
    /// A word that says that something is named after somebody: disease, theorem.
    NamedAfter,
    /// An e-mail address in brackets.
    Address,
    /// A comma and Ltd or Inc.
    Firm,
    /// A digit.
    Digit,
    /// Directly more of an identifier: a bracket, a full stop and a letter, an operator.
    Glued,
    /// Anything else.
    Other,
}

/// What stands behind the name that ends at an offset.
pub(super) fn follow(text: &str, end: usize) -> Follow {
    let tail = text.get(end..).unwrap_or("");
    let mut chars = tail.chars();
    let Some(first) = chars.next() else { return Follow::End };
    let second = chars.next();
    match first {
        '\n' | '\r' | '\t' | '|' | ';' | '"' | '”' | '»' => Follow::End,
        ',' if firm(tail) => Follow::Firm,
        ',' if person(tail) => Follow::Person,
        '\'' | '’' => match second {
            Some('s' | 'S') => possessive(text, end + first.len_utf8() + 1),
            Some(letter) if letter.is_alphanumeric() => Follow::Other,
            _ => Follow::Stop,
        },
        '<' if second == Some('/') => Follow::End,
        '<' if address(tail) => Follow::Address,
        '.' | ',' | '!' | '?' | ')' | ']' | '}' => match second {
            Some(letter) if letter.is_alphanumeric() && first != ')' || matches!(letter, '(' | '_') => Follow::Glued,
            _ => Follow::Stop,
        },
        ':' => match second {
            Some(':') => Follow::Glued,
            Some(letter) if letter.is_alphanumeric() => Follow::Other,
            _ => Follow::Colon,
        },
        '-' if second.is_some_and(|letter| !letter.is_alphanumeric() && letter != '-' && letter != '>') => Follow::Other,
        ' ' => {
            let rest = tail.trim_start_matches(' ');
            let at = end + tail.len() - rest.len();
            match after(text, at) {
                None | Some('\n' | '\r' | '\t' | '|') => Follow::End,
                Some(',') if firm(rest) => Follow::Firm,
                Some(',') if person(rest) => Follow::Person,
                Some(digit) if digit.is_ascii_digit() => Follow::Digit,
                Some('<' | '(' | '[') if address(rest) => Follow::Address,
                Some('.' | ',' | '!' | '?' | ')' | '(' | '-' | '–' | '—') => Follow::Stop,
                Some('\'' | '’') if rest.chars().nth(1) == Some('s') => {
                    possessive(text, at + rest.find('s').map_or(0, |n| n + 1))
                }
                Some(letter) if letter.is_lowercase() => match word_after(text, at) {
                    // "also played", "later denied"
                    word @ ("also" | "later" | "never" | "then" | "once" | "still" | "soon" | "now" | "first" | "finally") => {
                        match verb(word_after(text, at + word.len() + 1)) {
                            Follow::Small | Follow::Other | Follow::NamedAfter => verb(word),
                            said => said,
                        }
                    }
                    word => verb(word),
                },
                _ => Follow::Other,
            }
        }
        '–' | '—' | '…' | '*' => Follow::Stop,
        _ => Follow::Glued,
    }
}

/// "'s": what belongs to someone; a father or a wife belongs to a person.
fn possessive(text: &str, at: usize) -> Follow {
    let gap = usize::from(text.as_bytes().get(at) == Some(&b' '));
    match word_after(text, at + gap) {
        word if named_after(word, true)
            && !(word == "law" && matches!(word_after(text, at + gap + 4), "firm" | "degree" | "office" | "practice")) =>
        {
            Follow::NamedAfter
        }
        // "Challoner's High School", "Cox's Orange Pippin": what it is called
        word if gap == 1 && word.starts_with(char::is_uppercase) => {
            let end = at + gap + word.len();
            let second = word_after(text, end + usize::from(text.as_bytes().get(end) == Some(&b' ')));
            let called = |word: &&str| word.starts_with(char::is_uppercase) && flags(word).any(Flags::ORGANISATION);
            let place = [word, second].iter().any(called);
            if place { Follow::NamedAfter } else { Follow::Bare }
        }
        "is" | "are" | "was" | "were" | "and" | "or" | "of" | "has" | "had" | "will" => Follow::Bare,
        "" if !text
            .get(at + gap..)
            .unwrap_or("")
            .starts_with(|next: char| next.is_alphanumeric() || matches!(next, '"' | '“')) =>
        {
            Follow::Bare
        }
        "father" | "mother" | "brother" | "sister" | "wife" | "husband" | "son" | "daughter" | "behalf" | "death" | "memory"
        | "friend" | "career" | "grandfather" | "grandmother" | "parents" => Follow::Speech,
        _ => Follow::Possessive,
    }
}

/// Whether a comma is followed by the legal form of a firm.
fn firm(tail: &str) -> bool {
    let rest = tail.trim_start_matches([',', ' ']);
    ["Inc", "Ltd", "LLC", "LLP", "PLC", "Corp", "GmbH", "S.A", "Limited"].iter().any(|form| rest.starts_with(form))
}

/// Whether a comma is followed by "who", or by an age between commas.
fn person(tail: &str) -> bool {
    let rest = tail.trim_start_matches([',', ' ']);
    let word = rest.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or("");
    let age = (1..=2).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    let closed = || {
        rest.get(word.len()..).is_some_and(|rest| rest.starts_with(", ") || rest.starts_with(" , ") || rest.starts_with(",\n"))
    };
    matches!(word, "who" | "whose") || age && closed()
}

fn verb(word: &str) -> Follow {
    match word {
        "said" | "says" | "told" | "wrote" => Follow::Told,
        "asked" | "replied" | "shouted" | "thinks" | "thought" | "died" | "born" | "married" | "recalls" | "laughed"
        | "smiled" | "whispered" | "yelled" | "himself" | "herself" | "pleaded" | "wept" | "cried" | "nodded" | "sighed"
        | "grinned" | "shrugged" | "muttered" | "testified" | "graduated" | "texted" | "tweeted" => Follow::Speech,
        "writes" | "lives" | "lived" | "stated" | "explained" | "explains" | "added" | "became" | "joined" | "confirmed"
        | "reported" | "phoned" | "emailed" | "attended" | "arrested" | "resigned" | "retired" | "spoke" | "knew"
        | "believes" | "believed" | "claims" | "claimed" | "suggested" | "trained" | "moved" | "worked" | "works" | "studied"
        | "left" | "went" | "came" | "took" | "gave" | "met" | "returned" | "discovered" | "signed" | "collected" | "called"
        | "wants" | "wanted" | "loves" | "loved" | "played" | "wins" | "won" | "finished" | "spent" | "led" | "denied"
        | "denies" | "admitted" | "admits" | "insisted" | "insists" | "argued" | "argues" | "warned" | "apologised"
        | "apologized" | "scored" | "recalled" | "remembered" | "remembers" | "noted" | "walked" | "drove" | "sat" | "stood"
        | "refused" | "rang" | "texts" | "lost" | "described" | "accepted" | "appeared" | "served" | "taught" | "teaches"
        | "coached" | "founded" | "hopes" | "hoped" | "felt" | "feels" | "knows" | "realised" | "realized" | "tried"
        | "earned" => Follow::Deed,
        "is" | "was" | "has" | "had" | "who" | "whose" | "and" | "will" | "would" | "can" | "could" | "did" | "does" | "also"
        | "then" | "got" | "gets" | "from" | "should" | "points" | "pointed" | "makes" | "made" => Follow::Verb,
        "" => Follow::Other,
        _ if legal(word) => Follow::Firm,
        _ if named_after(word, false) => Follow::NamedAfter,
        _ => Follow::Small,
    }
}

fn legal(word: &str) -> bool {
    matches!(word, "ltd" | "plc" | "inc" | "llc" | "llp" | "gmbh" | "limited")
}

/// Whether a bracket opens at the start of this text and holds an e-mail address.
fn address(rest: &str) -> bool {
    let inner = rest.get(1..).unwrap_or("");
    let inner = inner.find(['>', ')', ']', '\n']).and_then(|end| inner.get(..end)).unwrap_or("");
    inner.len() < 120 && inner.contains('@') && !inner.trim().contains(' ')
}
