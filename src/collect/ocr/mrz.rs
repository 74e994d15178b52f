//! Machine-readable zones as optical reading sees them: fillers miscounted, letters taken for digits. What a zone must be is known from
//! ICAO Doc 9303 (layouts, check digits); a reading is corrected only where the check digits then hold.

/// What the recogniser takes for the filler.
const FILLERS: &[char] = &['<', '«', '‹', '《', '〈', '＜', '≤', '≪', 'く'];
/// What it takes for one in a line that has others: elsewhere it is what it is.
const BRACKETS: &[char] = &['(', '{', '['];
/// Characters that a line of a zone has at least, as read.
const LEAST: usize = 24;

/// A line as a zone's, without spaces; `None` if it cannot be one: too short, no filler, other characters.
pub(super) fn candidate(line: &str) -> Option<String> {
    let mut out = String::new();
    let fillers = line.chars().filter(|c| FILLERS.contains(c)).count();
    for c in line.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | ',' | '-' | '\'' | '_')) {
        if FILLERS.contains(&c) || (fillers > 2 && BRACKETS.contains(&c)) {
            out.push_str(if matches!(c, '«' | '《' | '≪') { "<<" } else { "<" });
        } else if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_uppercase());
        } else {
            return None;
        }
    }
    (out.len() >= LEAST && out.len() <= 60 && fillers > 0).then_some(out)
}

/// The line of a zone that a candidate is, corrected, if its check digits hold.
pub(super) fn corrected(candidate: &str) -> Option<String> {
    LAYOUTS.iter().find_map(|layout| layout.fit(candidate.as_bytes()))
}

/// A layout of one line.
struct Layout {
    length: usize,
    /// What stands in each column: `9` digit, `A` letter or filler, `x` anything, `L` a letter.
    columns: &'static [u8],
    /// Where a run of fillers may have been miscounted: somewhere from here ...
    from: usize,
    /// ... to here.
    to: usize,
    /// Fillers that it has at least: a layout with few check digits must look like one otherwise.
    fillers: usize,
    /// Doubtful characters of the number that may be exchanged.
    doubts: usize,
    /// The check digits: where they stand and the fields that they check.
    checks: &'static [(usize, &'static [(usize, usize)])],
}

static LAYOUTS: &[Layout] = &[
    // the second line of a passport
    Layout {
        length: 44,
        columns: b"xxxxxxxxx9AAA9999999A9999999xxxxxxxxxxxxxxx9",
        from: 28,
        to: 43,
        fillers: 1,
        doubts: 6,
        checks: &[(9, &[(0, 9)]), (19, &[(13, 19)]), (27, &[(21, 27)]), (43, &[(0, 10), (13, 20), (21, 43)])],
    },
    // the second line of a card or visa of the middle size
    Layout {
        length: 36,
        columns: b"xxxxxxxxx9AAA9999999A9999999xxxxxxx9",
        from: 28,
        to: 35,
        fillers: 1,
        doubts: 6,
        checks: &[(9, &[(0, 9)]), (19, &[(13, 19)]), (27, &[(21, 27)]), (35, &[(0, 10), (13, 20), (21, 35)])],
    },
    // the second line of an identity card
    Layout {
        length: 30,
        columns: b"9999999A9999999AAAxxxxxxxxxxx9",
        from: 18,
        to: 29,
        fillers: 1,
        doubts: 0,
        checks: &[(6, &[(0, 6)]), (14, &[(8, 14)])],
    },
    // its first line
    Layout {
        length: 30,
        columns: b"LxAAAxxxxxxxxx9xxxxxxxxxxxxxxx",
        from: 15,
        to: 30,
        fillers: 8,
        doubts: 1,
        checks: &[(14, &[(5, 14)])],
    },
];

impl Layout {
    fn fit(&self, read: &[u8]) -> Option<String> {
        // more than a third of the line cannot have been fillers that were not seen
        if read.len() + self.length / 2 < self.length || read.len() > self.length + self.length / 3 {
            return None;
        }
        let line = self.recount(read)?;
        let mut line: Vec<u8> = line.iter().zip(self.columns).map(|(byte, column)| as_column(*byte, *column)).collect();
        let shaped = line.iter().zip(self.columns).all(|(byte, column)| match column {
            b'9' => byte.is_ascii_digit(),
            b'L' => byte.is_ascii_uppercase(),
            b'A' => byte.is_ascii_uppercase() || *byte == b'<',
            _ => true,
        });
        if !shaped || read.iter().filter(|byte| **byte == b'<').count() < self.fillers {
            return None;
        }
        // a field of letters and digits (the number): letters that may be digits are tried as those, too
        if let Some((at, [(from, to)])) =
            self.checks.iter().find(|check| self.columns.get(check.1.first().map_or(0, |f| f.0)) == Some(&b'x'))
            && !checked(&line, *at, &[(*from, *to)])
        {
            line = doubts(&line, *from, *to, self.doubts).into_iter().find(|one| checked(one, *at, &[(*from, *to)]))?;
        }
        let holds = self.checks.iter().all(|(at, fields)| checked(&line, *at, fields));
        if holds { String::from_utf8(line).ok() } else { None }
    }

    /// The line with as many fillers as it must have.
    fn recount(&self, read: &[u8]) -> Option<Vec<u8>> {
        if read.len() == self.length {
            return Some(read.to_vec());
        }
        // the longest run of fillers where a run may be, by where it begins
        let mut best: Option<(usize, usize)> = None;
        let mut at = self.from;
        while at < read.len() {
            let run = read.get(at..)?.iter().take_while(|byte| **byte == b'<').count();
            if run > best.map_or(0, |known| known.1) {
                best = Some((at, run));
            }
            at += run.max(1);
        }
        let (begin, run) = match best {
            Some(found) => found,
            // no filler was seen at all: they stand where the line ends
            None if read.len() == self.from && self.to == self.length => (self.from, 0),
            None => return None,
        };
        let needed = (run + self.length).checked_sub(read.len())?;
        let mut out = read.get(..begin)?.to_vec();
        out.extend(std::iter::repeat_n(b'<', needed));
        out.extend_from_slice(read.get(begin + run..)?);
        (out.len() == self.length).then_some(out)
    }
}

/// A character as what its column can hold.
fn as_column(byte: u8, column: u8) -> u8 {
    match (column, byte) {
        (b'9', b'O' | b'Q' | b'D') => b'0',
        (b'9', b'I' | b'L') => b'1',
        (b'9', b'Z') => b'2',
        (b'9', b'S') => b'5',
        (b'9', b'G') => b'6',
        (b'9', b'B') => b'8',
        (b'A' | b'L', b'0') => b'O',
        (b'A' | b'L', b'1') => b'I',
        (b'A' | b'L', b'2') => b'Z',
        (b'A' | b'L', b'5') => b'S',
        (b'A' | b'L', b'6') => b'G',
        (b'A' | b'L', b'8') => b'B',
        _ => byte,
    }
}

/// The line with each choice of the first doubtful characters of a field.
fn doubts(line: &[u8], from: usize, to: usize, most: usize) -> Vec<Vec<u8>> {
    // letters to digits only: the other way round almost any number could be made to hold
    let other = |byte: u8| Some(as_column(byte, b'9')).filter(|digit| *digit != byte);
    let doubtful: Vec<(usize, u8)> = (from..to).filter_map(|at| Some((at, other(*line.get(at)?)?))).take(most).collect();
    let mut out = vec![line.to_vec()];
    for (at, byte) in doubtful {
        let more: Vec<Vec<u8>> = out
            .iter()
            .map(|one| one.iter().enumerate().map(|(index, old)| if index == at { byte } else { *old }).collect())
            .collect();
        out.extend(more);
    }
    // fewest changes first
    out.sort_by_key(|one| one.iter().zip(line).filter(|(a, b)| a != b).count());
    out
}

/// Whether the digit at a place is the check digit of fields.
fn checked(line: &[u8], at: usize, fields: &[(usize, usize)]) -> bool {
    let values = fields.iter().flat_map(|(from, to)| line.get(*from..*to).unwrap_or(&[])).map(|byte| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => 0,
    });
    let sum: u32 = values.zip([7, 3, 1].into_iter().cycle()).map(|(value, weight)| value * weight).sum();
    line.get(at).is_some_and(|digit| digit.is_ascii_digit() && u32::from(digit & 0x0f) == sum % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPORT: &str = "5001234560GBR8001014F3001019<<<<<<<<<<<<<<02";
    const CARD: &str = "8001014F3001019GBR<<<<<<<<<<<2";
    const FIRST: &str = "I<GBR5001234560<<<<<<<<<<<<<<<";

    fn read(line: &str) -> Option<String> {
        corrected(&candidate(line)?)
    }

    #[test]
    fn a_line_read_well_stays_as_it_is() {
        for line in [PASSPORT, CARD, FIRST] {
            assert_eq!(read(line).as_deref(), Some(line));
        }
    }

    #[test]
    fn fillers_miscounted_and_misread_are_put_right() {
        for line in [
            "5001234560GBR8001014F3001019<<<<<<<<<<<02",
            "5001234560GBR8001014F3001019 <<<<<<<<<<<<<<<<< 02",
            "5001234560GBR8001014F3001019««««««02",
        ] {
            assert_eq!(read(line).as_deref(), Some(PASSPORT), "{line}");
        }
        assert_eq!(read("8001014F3001019GBR<<<<<<<<2").as_deref(), Some(CARD));
        assert_eq!(read("I<GBR5001234560<<<<<<<<<<<<").as_deref(), Some(FIRST));
    }

    #[test]
    fn letters_taken_for_digits_are_put_right_where_the_check_digits_then_hold() {
        for line in [
            "5OO1234560GBR8001014F3001019<<<<<<<<<<<<<<02",
            "5001234560GBR80O1014F3OO1OI9<<<<<<<<<<<<<<02",
            "50012345606BR8001014F3001019<<<<<<<<<<<<<<02",
        ] {
            assert_eq!(read(line).as_deref(), Some(PASSPORT), "{line}");
        }
    }

    #[test]
    fn what_no_correction_makes_hold_is_left_alone() {
        for line in [
            "5001234570GBR8001014F3001019<<<<<<<<<<<<<<02",
            "5001234560GBR8001014F3001019<<<<<<<<<<<<<<03",
            "P<GBREXAMPLE<<ADA<<<<<<<<<<<<<<<<<<<<<<<<<<<",
            "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
            "The quick brown fox jumps over the lazy dog",
            "IDABC(see note 4 of 12) 5OO1 and so on",
            "I<GBR(OS01234560) is what it says",
            "",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
