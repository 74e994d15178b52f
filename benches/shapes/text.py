"""Plain text: what detectors, decoders and the search for words have to stand."""
from . import FAMILY, GIVEN, fill, person, shape

WORDS = ("the of and to in that is was for it with as on be at by this had not are but from or have an they which one you were all "
         "her she there would their we him been has when who will no more if out so up said what about into than them can only other "
         "card printing supplier contract delivery records batch order dispatch security policy retention department equipment").split()


def prose(number):
    state, out = number * 2_654_435_761 % 2**32, []
    for at in range(14):
        state = (state * 1_103_515_245 + 12_345) % 2**31
        out.append(WORDS[(state >> 8) % len(WORDS)])
        if at == 7 and number % 12 == 0:
            out.append(f"{GIVEN[number % 16]} {FAMILY[number % 8]}")
    return " ".join(out).capitalize() + (".\n\n" if number % 5 == 4 else ". ")


shape("text", "prose", "prose.txt")(lambda n: fill(prose, n))

# one piece without end, with and without line ends
PIECES = {
    "letter a": "a", "capital A": "A", "digit 7": "7", "@": "@", ".": ".", "-": "-", ":": ":", "=": "=", "_": "_", "/": "/", "\\": "\\", "%": "%",
    "double quote": '"', "quote": "'", "(": "(", "[": "[", "{": "{", "<": "<", ")": ")", "}": "}", ",": ",", ";": ";", "+": "+", "#": "#", "$": "$",
    "blank": " ", "tab": "\t", "line end": "\n", "carriage return": "\r", "0x": "0x", "accented": "é", "sharp s": "ß", "combining sign": "a\u0301", "zero width": "\u200b",
    "Chinese": "警", "bidi mark": "\u202e", "a@": "a@", "a.": "a.", "a-": "a-", "1-": "1-", "1.": "1.", "1 ": "1 ", "12 ": "12 ", "1/": "1/", "A ": "A ", "Aa ": "Aa ", "a1": "a1",
    "A1 ": "A1 ", "a=": "a=", "key=": "password=", "key: ": "password: ", "one address": "ada@example.org ", "one name": "Ada Example ",
    "one number": "AB123456C ", "one card": "4929000000006 ", "one telephone": "07700 900123 ", "one date": "01/02/1990 ",
    "one word": "passport ", "one street": "12 High Street, ", "postcode": "LS1 4DY ", "iban": "GB33BUKB20201555555555 ",
    "base64": "QWRhIEV4YW1wbGU", "hex": "deadbeef", "jwt head": "eyJhbGciOiJIUzI1NiJ9.", "url": "http://a.example/", "BEGIN": "-----BEGIN PRIVATE KEY-----",
    "AKIA": "AKIA", "ghp_": "ghp_", "Mr ": "Mr ", "PC ": "PC ", "O'": "O'", "Mac": "Mac", "van ": "van ", "initials": "A. ", "hyphenated": "Ada-",
    "comma name": "Example, Ada; ", "xn--": "xn--", "&amp;": "&amp;", "\\u0041": "\\u0041", "name label": "Name: ", "dob label": "Date of birth: ",
}
for name, piece in PIECES.items():
    shape("text", f"one line: {name}", "line.txt")(lambda n, piece=piece: fill(piece, n // len(piece.encode()) * len(piece)))
for name in ("letter a", "capital A", "digit 7", "@", ".", "one address", "one name", "one number", "one card", "base64", "PC ", "comma name"):
    line = (PIECES[name] * 80)[:78] + "\n"
    shape("text", f"lines: {name}", "lines.txt")(lambda n, line=line: fill(line, n))

shape("text", "all matches, one line", "matches.txt")(lambda n: fill(lambda i: " ".join(person(i)) + " ", n))
shape("text", "all matches, lines", "matches.txt")(lambda n: fill(lambda i: "PC " + " ".join(person(i)) + "\n", n))
shape("text", "one person in all lines", "matches.txt")(lambda n: fill(" ".join(person(1)) + "\n", n))
shape("text", "digits, one line", "digits.txt")(lambda n: fill(lambda i: str(i * 2_654_435_761 % 10**10), n))
shape("text", "numbers, one line", "numbers.txt")(lambda n: fill(lambda i: str(i * 2_654_435_761 % 10**10) + " ", n))
shape("text", "words all different", "words.txt")(lambda n: fill(lambda i: f"w{i:x}ord ", n))
shape("text", "Words all different", "words.txt")(lambda n: fill(lambda i: "W" + "".join(chr(97 + int(c)) for c in str(i)) + " ", n))
shape("text", "names all different, one line", "names.txt")(lambda n: fill(lambda i: f"{GIVEN[i % 16]} W" + "".join(chr(97 + int(c)) for c in str(i)) + " ", n))
shape("text", "random lines of base64", "wall.txt")(lambda n: wall(n, 76))
shape("text", "one line of base64", "wall.txt")(lambda n: wall(n, 0))
shape("text", "empty lines between words", "sparse.txt")(lambda n: fill("word\n\n\n\n\n\n\n\n", n))
shape("text", "local part without end", "local.txt")(lambda n: fill("a.b", n, after="@example.org"))
shape("text", "host without end", "host.txt")(lambda n: fill("a.", n, before="ada@", after="org"))
shape("text", "opens, then closes", "nest.txt")(lambda n: fill("(", n // 2) + fill(")", n // 2))
shape("text", "quotes of mails, deeper and deeper", "quoted.txt")(lambda n: fill(lambda i: ">" * (i % 500) + " text\n", n))
shape("text", "utf-16", "wide.txt")(lambda n: b"\xff\xfe" + fill(prose, n // 2).decode().encode("utf-16-le"))
shape("text", "latin-1", "latin.txt")(lambda n: fill("größe über ", n).decode().encode("latin-1")[:n])
shape("text", "zero bytes in text", "zeros.txt")(lambda n: fill("a\0 word ", n))
shape("text", "invalid utf-8", "broken.txt")(lambda n: b"word \xff\xc3 " * (n // 8))
shape("text", "log", "app.log")(lambda n: fill(lambda i: f"2026-01-{i % 28 + 1:02} 12:00:{i % 60:02} INFO request={i:08x} client=10.0.{i % 256}.1 ok\n", n))
shape("text", "access log", "access.log")(lambda n: fill(lambda i: f'10.0.0.{i % 256} - - [10/Oct/2026:13:55:36 +0000] "GET /a/{i} HTTP/1.1" 200 {i}\n', n))
shape("text", "access log, one user", "access.log")(lambda n: fill(lambda i: f'10.0.0.1 - ada.example [10/Oct/2026:13:55:36 +0000] "GET /a/{i} HTTP/1.1" 200 {i}\n', n))
shape("text", "labels and values", "form.txt")(lambda n: fill(lambda i: f"Name: {' '.join(person(i)[1:3])}\nDate of birth: 01/02/19{i % 40 + 50}\nTel: {person(i)[4]}\n\n", n))
shape("text", "label without a value", "form.txt")(lambda n: fill("Name:\n", n))
shape("text", "addresses over lines", "letters.txt")(lambda n: fill(lambda i: f"{' '.join(person(i)[1:3])}\n{i % 200 + 1} High Street\nLeeds\nLS1 4DY\n\n", n))
shape("text", "streets, one line", "streets.txt")(lambda n: fill(lambda i: f"{i % 200 + 1} High Street Leeds ", n))
shape("text", "private key without end", "key.pem")(lambda n: b"-----BEGIN PRIVATE KEY-----\n" + wall(n, 64))
shape("text", "many private keys", "keys.pem")(lambda n: fill("-----BEGIN PRIVATE KEY-----\n" + "QWRhIEV4YW1wbGU" * 4 + "\n-----END PRIVATE KEY-----\n", n))
shape("text", "certificates", "ca.pem")(lambda n: fill("-----BEGIN CERTIFICATE-----\n" + "QWRhIEV4YW1wbGU" * 4 + "\n-----END CERTIFICATE-----\n", n))
shape("text", "source code", "main.rs")(lambda n: fill(lambda i: f"    let value_{i} = self.records.get({i}).unwrap_or_default(); // {WORDS[i % 50]}\n", n))
shape("text", "markdown table", "table.md")(lambda n: fill(lambda i: "| " + " | ".join(person(i)) + " |\n", n, before="| no | forename | surname | email | mobile |\n|---|---|---|---|---|\n"))
shape("text", "machine-readable zones", "mrz.txt")(lambda n: fill("P<GBREXAMPLE<<ADA<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n", n))
shape("text", "fixed width", "fixed.txt")(lambda n: fill(lambda i: "".join(part.ljust(24) for part in person(i)) + "\n", n))
shape("text", "cards (vcf)", "people.vcf")(lambda n: fill(lambda i: f"BEGIN:VCARD\nVERSION:3.0\nFN:{person(i)[1]} {person(i)[2]}\nEMAIL:{person(i)[3]}\nEND:VCARD\n", n))
shape("text", "one card without end", "people.vcf")(lambda n: fill(lambda i: f"EMAIL:{person(i)[3]}\n", n, before="BEGIN:VCARD\nVERSION:3.0\nFN:Ada Example\n"))
shape("text", "one folded line of a card", "people.vcf")(lambda n: fill(" " + "x" * 70 + "\n", n, before="BEGIN:VCARD\nVERSION:3.0\nFN:Ada Example\nNOTE:y\n", after="END:VCARD\n"))
shape("text", "cards within cards", "people.vcf")(lambda n: fill("BEGIN:VCARD\n", n))


def wall(size, width):
    """Base64 of bytes that look like chance, in lines of a width or in one."""
    import base64
    import hashlib
    out = b"".join(hashlib.sha512(str(i).encode()).digest() for i in range(size * 3 // 4 // 64 + 1))
    flat = base64.b64encode(out)[:size]
    return flat if not width else b"\n".join(flat[at:at + width] for at in range(0, len(flat), width)) + b"\n"
