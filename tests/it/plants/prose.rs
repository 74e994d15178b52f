//! Planted values in what is text: letters, pages, mail, cards, logs, dumps, rows.

use super::delivery::{Delivery, wide, xml};
use base64::Engine as _;

fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Letters in three encodings, pages, RTF.
pub(super) fn letters(delivery: &mut Delivery) {
    for (what, lines) in [("plain", 120), ("plain-utf16", 40), ("plain-md", 40)] {
        delivery.begin(what);
        let text = delivery.pool.sentences(lines).join("\n") + "\n";
        let bytes = if what == "plain-utf16" { [vec![0xff, 0xfe], wide(&text)].concat() } else { text.into_bytes() };
        delivery.end(if what == "plain-md" { "md" } else { "txt" }, &bytes);
    }
    delivery.begin("html");
    let table = delivery.pool.table(16, 10);
    let row =
        |cells: &Vec<String>, tag: &str| cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", xml(cell))).collect::<String>();
    let rows: String = table.rows.iter().map(|cells| format!("<tr>{}</tr>\n", row(cells, "td"))).collect();
    let said: Vec<String> = delivery.pool.sentences(40).iter().map(|text| xml(text)).collect();
    let (mail, name) = (delivery.pool.of("email_address"), delivery.pool.of("person_name"));
    let inner = delivery.pool.sentences(10).join("\n");
    let page = format!(
        "<!DOCTYPE html>\n<html><head><title>{}</title><meta name=\"author\" content=\"{}\"></head><body>\n<table id=\"{}\"><tr>{}</tr>\n{rows}</table>\n\
         <!-- {} -->\n<div style='display: none'>{}</div><p>{}</p><p><a href='mailto:{}?subject=x'>us</a> <img alt=\"{}\" src=\"data:text/plain;base64,{}\">\
         <input type=hidden name=\"{}\" value=\"{}\"></p>\n<script>var note = {{\"{}\": \"{}\"}};</script></body></html>\n",
        said[0],
        xml(&name.said),
        said[1],
        row(&table.header, "th"),
        said[2..12].join(" "),
        said[12..20].join("<br>"),
        said[20..34].join("</p><p>"),
        mail.text.replace('@', "%40"),
        said[34],
        base64(inner.as_bytes()),
        said[35],
        said[36],
        said[37],
        said[38],
    );
    delivery.end("html", page.as_bytes());
    delivery.begin("rtf");
    let ascii = |text: &str| -> String {
        let sign = |c: char| match c {
            '\\' | '{' | '}' => format!("\\{c}"),
            '\n' => "\\par ".to_owned(),
            c if c.is_ascii() => c.to_string(),
            c => format!("\\u{}?", c as u32),
        };
        text.chars().map(sign).collect()
    };
    let said: Vec<String> = delivery.pool.sentences(60).iter().map(|text| ascii(text)).collect();
    let text = format!(
        "{{\\rtf1\\ansi\\ansicpg1252\\deff0{{\\fonttbl{{\\f0\\fnil Arial;}}}}{{\\info{{\\title {}}}{{\\author {}}}{{\\company {}}}}}\n{}\\par\n\
         {{\\v {}}}\\par\n{{\\deleted {}}}\\par\nA remark{{\\*\\atnauthor {}}}{{\\*\\annotation \\pard {}}}.\\par\n{{\\header {}}}}}\n",
        said[0],
        said[1],
        said[2],
        said[3..40].join("\\par\n"),
        said[40..44].join(" "),
        said[44..48].join(" "),
        said[48],
        said[49..54].join(" "),
        said[54..60].join(" "),
    );
    delivery.end("rtf", text.as_bytes());
}

/// One message with its headers, two bodies, attachments and a message inside.
fn message(delivery: &mut Delivery, deep: bool) -> String {
    let pool = &mut delivery.pool;
    let people: Vec<String> = (0..5)
        .map(|_| format!("{} <{}>", pool.of("person_name").text, pool.of("email_address").text))
        .map(|text| text.replace(',', ""))
        .collect();
    let (subject, file, header, id) =
        (pool.next().said.replace('\n', " "), pool.name(), pool.of("credential").text, pool.of("email_address").text);
    let (plain, page, table) = (pool.sentences(12).join("\r\n"), pool.sentences(6), pool.table(8, 6));
    let page: String = page.iter().map(|text| format!("<p>{}</p>", xml(text))).collect();
    let coded: String = pool.sentences(4).join(" ").bytes().map(|byte| format!("={byte:02X}")).collect();
    let mut out = format!(
        "From: {}\r\nTo: {}, {}\r\nCc: {}\r\nReply-To: {}\r\nSubject: {subject}\r\nX-Auth-Token: {header}\r\nMessage-ID: <{id}>\r\n\
         Date: Fri, 02 Jan 2026 03:04:05 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{plain}\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>{page}</body></html>\r\n\
         --b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{coded}\r\n\
         --b\r\nContent-Type: text/csv; name=\"{file}.csv\"\r\nContent-Disposition: attachment; filename=\"{file}.csv\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        people[0],
        people[1],
        people[2],
        people[3],
        people[4],
        base64(table.csv().as_bytes()),
    );
    if deep {
        let inner = message(delivery, false);
        out.push_str(&format!("--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n"));
    }
    out + "--b--\r\n"
}

/// Mail, mailboxes, cards, Outlook's messages.
pub(super) fn mail(delivery: &mut Delivery) {
    delivery.begin("mail");
    let text = message(delivery, true);
    delivery.end("eml", text.as_bytes());
    delivery.begin("mbox");
    let mut all = String::new();
    for _ in 0..2 {
        let sender = delivery.pool.of("email_address").text;
        all.push_str(&format!("From {sender} Fri Jan  2 03:04:05 2026\n{}\n", message(delivery, false).replace("\r\n", "\n")));
    }
    delivery.end("mbox", all.as_bytes());
    delivery.begin("vcard");
    let pool = &mut delivery.pool;
    let cards: String = (0..25)
        .map(|_| {
            let name = pool.of("person_name").text;
            let (given, family) = name.split_once(' ').expect("two words");
            let (mail, phone, home, born, note) =
                (pool.of("email_address").text, pool.of("phone_number").text, pool.of("home_address").text, pool.of("date_of_birth").text, pool.next().said);
            format!(
                "BEGIN:VCARD\r\nVERSION:3.0\r\nN:{family};{given};;;\r\nFN:{name}\r\nEMAIL;TYPE=work:{mail}\r\nTEL:{phone}\r\nADR:;;{home};;;;\r\nBDAY:{born}\r\n\
                 NOTE:{}\r\nEND:VCARD\r\n",
                note.replace('\n', "\\n")
            )
        })
        .collect();
    delivery.end("vcf", cards.as_bytes());
    delivery.begin("msg");
    let pool = &mut delivery.pool;
    let said: Vec<String> = pool.sentences(24);
    let (first, second) = (said[2..20].join("\r\n"), said[20..].join(" "));
    let properties =
        [("0037", said[0].as_str()), ("0C1A", said[1].as_str()), ("1000", first.as_str()), ("0E04", second.as_str())];
    let (name, address, file) = (pool.of("person_name").text, pool.of("email_address").text, pool.name() + ".csv");
    let table = pool.table(8, 6).csv();
    let bytes = crate::made::outlook(&properties, &[(name.as_str(), address.as_str())], &[(file.as_str(), table.as_bytes())]);
    delivery.end("msg", &bytes);
}

/// Tables as text, in the ways that they come; rows as objects; dumps; logs of servers.
pub(super) fn rows(delivery: &mut Delivery) {
    for (what, columns, lines, mark) in
        [("csv", 26, 50, ','), ("csv-semicolon", 20, 12, ';'), ("csv-tab", 20, 12, '\t'), ("csv-bar", 16, 8, '|')]
    {
        delivery.begin(what);
        let table = delivery.pool.table(columns, lines);
        let text: String = table
            .lines()
            .map(|row| {
                row.iter().map(|cell| cell.replace([mark, '\n'], " ")).collect::<Vec<_>>().join(&mark.to_string()) + "\r\n"
            })
            .collect();
        // quotes keep the values as they are where the mark could be in them
        let text = if mark == ',' { table.csv() } else { text };
        delivery.end(if mark == '\t' { "tsv" } else { "csv" }, text.as_bytes());
    }
    delivery.begin("csv-headerless");
    let text: String = delivery.pool.table(18, 12).csv().lines().skip(1).map(|line| format!("{line}\n")).collect();
    delivery.end("csv", text.as_bytes());
    delivery.begin("jsonl");
    let table = delivery.pool.table(20, 14);
    let lines: String = table
        .rows
        .iter()
        .map(|row| {
            let object: serde_json::Map<String, serde_json::Value> =
                table.header.iter().cloned().zip(row.iter().map(|cell| serde_json::Value::String(cell.clone()))).collect();
            serde_json::Value::Object(object).to_string() + "\n"
        })
        .collect();
    delivery.end("jsonl", lines.as_bytes());
    delivery.begin("sql");
    let table = delivery.pool.table(18, 12);
    let quoted = |text: &String, sign: char| format!("{sign}{}{sign}", text.replace(sign, &sign.to_string().repeat(2)));
    let names: Vec<String> = table.header.iter().map(|name| quoted(name, '`')).collect();
    let title = quoted(&table.title, '`');
    let values: Vec<String> = table
        .rows
        .iter()
        .map(|row| format!("({})", row.iter().map(|cell| quoted(cell, '\'')).collect::<Vec<_>>().join(",")))
        .collect();
    let said = delivery.pool.sentences(6).join(" ");
    let dump = format!(
        "-- {}\nCREATE TABLE {title} (\n  {}\n);\nINSERT INTO {title} ({}) VALUES {};\n",
        said.replace('\n', " "),
        names.iter().map(|name| format!("{name} text")).collect::<Vec<_>>().join(",\n  "),
        names.join(","),
        values.join(",\n"),
    );
    delivery.end("sql", dump.as_bytes());
    delivery.begin("access_log");
    let coded = |text: &str| {
        text.bytes()
            .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect::<String>()
    };
    let log: String = (0..40)
        .map(|n| {
            let pool = &mut delivery.pool;
            let (address, user, name, mail, token) = (pool.random.fill("19.1.1.9"), pool.of("username").text, pool.of("person_name").text, pool.of("email_address").text, pool.of("credential").text);
            format!(
                "81.{address} - {user} [24/Nov/2026:10:00:{:02} +0000] \"GET /card?name={}&email={}&token={} HTTP/1.1\" 200 12 \"-\" \"Mozilla/5.0\"\n",
                n % 60, coded(&name), coded(&mail), coded(&token)
            )
        })
        .collect();
    delivery.end("log", log.as_bytes());
}
