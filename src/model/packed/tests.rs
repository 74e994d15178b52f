//! Tests of packed evidence: all of it comes back, and bytes that somebody changed are refused or give something else, and never more.

use super::*;

/// Evidence with all that it can hold.
const EVIDENCE: &str = r#"{
    "schema": "provost/evidence/1", "tool": "provost 0", "detectors": "sha256:00", "classes": ["person_name", "rank"],
    "artifacts": [
        {"number": 1, "path": "a/é.json", "folder": 1, "type": "json", "extension_matches": true, "size": 3, "modified": -9, "mode": 416,
         "owner": "0:0", "digest": "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", "mark": 7,
         "encryption": "weak", "opened": "beside", "read": "partial", "gaps": [{"at": "x", "kind": "limit", "reason": "y"}],
         "parts": [
            {"label": "s", "kind": "table", "hidden": "hidden sheet", "records": 2, "volume": 9, "photographs_by_page": 1,
             "columns": [{"header": "Rank", "class": "rank", "confidence": 0.9}, {"header": "", "confidence": 0.0}],
             "tallies": {"rank": {"matches": 2, "test_data": 1, "confidence": 0.7,
                "samples": [{"line": 3, "column": 1, "mask": "Aa", "confidence": 0.7}]}},
             "dates": {"columns": ["Issued"], "unread": 2, "weeks": [["2025-W10", 4]]},
             "sets": [{"set": "80000000000000000000000000000001", "records": 2}],
             "rows": [{"i": [[0, 9], [201, 18446744073709551615]], "s": 0}, {"i": [], "s": 0}],
             "beyond": {"records": 1, "sketches": {"0": "00ff", "1": ""}}},
            {"kind": "config", "records": 0, "document": {"product": "sshd", "fold": "case", "documents": true, "fragment": true,
             "root": {"v": {"map": [{"k": "a", "l": 1, "c": 2, "n": {"v": {"text": "x"}, "l": 1, "c": 7}}]}, "l": 1, "c": 1},
             "settings": [
                {"key": "a", "value": {"v": {"masked": "Aa"}, "l": 1, "c": 2}, "context": "Match User a", "artifact": 2, "line": 1, "column": 2,
                 "default": true, "unknown": "by version", "cases": ["yes", "no"]},
                {"key": "b", "value": {"v": "null", "l": 1, "c": 2}, "context": "", "artifact": null, "line": 1, "column": 2}]}},
            {"kind": "results", "records": 1, "run": {"format": "sarif", "tool": "x", "version": "1", "produced": "2026-01-02", "subject": "s",
             "unread": "u", "results": [{"id": "r", "title": "t", "status": "not_run", "severity": "critical", "where": "f", "line": 3},
                {"id": "r", "status": "pass", "line": 4}]}},
            {"kind": "properties", "records": 0}]},
        {"number": 5, "path": "a/è.json", "folder": 1, "type": "text", "extension_matches": false, "size": 18446744073709551615,
         "modified": 9223372036854775807, "mark": 0, "encryption": "strong", "read": "none"},
        {"number": 2, "path": "", "masked": 0, "folder": 9, "type": "text", "extension_matches": true, "size": 0, "modified": -9223372036854775808,
         "digest": "sha256:aa112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", "mark": 1, "encryption": "unknown", "opened": "given",
         "read": "full"}
    ],
    "gaps": [{"kind": "crashed", "reason": "x"}],
    "manifest": {"artifact": 1, "statements": [], "documents": [{"type": "dpia", "path_mark": 3, "fields": [], "line": 1}]},
    "products": {"sshd": {"form": "x", "keys": {}}},
    "asked": {"sshd": ["a"]},
    "resources": [
        {"kind": "aws_s3_bucket", "name": "a", "source": "aws", "artifact": 1, "line": 1, "column": 1, "settings": [
            {"key": "acl", "value": {"v": {"bool": true}, "l": 0, "c": 0}, "context": "", "artifact": null, "line": 0, "column": 0}]},
        {"kind": "aws_s3_bucket", "name": "b", "source": "aws", "artifact": 1, "line": 1, "column": 1, "settings": [
            {"key": "acl", "value": {"v": {"bool": true}, "l": 0, "c": 0}, "context": "", "artifact": null, "line": 0, "column": 0}]}],
    "delivery": {"artifacts": 3, "bytes": 9, "digest": "00", "collected": "2026-01-01", "since": {"commit": "ab", "left_out": 2}}
}"#;

fn evidence() -> Evidence {
    match serde_json::from_str(EVIDENCE) {
        Ok(evidence) => evidence,
        Err(error) => panic!("{error}"),
    }
}

fn packed(evidence: &Evidence) -> Vec<u8> {
    let mut out = Vec::new();
    assert!(write(evidence, &mut out).is_ok());
    out
}

#[test]
fn all_of_it_comes_back_with_its_digest() {
    let whole = evidence();
    let (again, known) = match read(packed(&whole)) {
        Ok(read) => read,
        Err(error) => panic!("{error}"),
    };
    assert!(again == whole);
    assert_eq!(known, digest(&whole));
    // what is the same is one again
    assert!(std::sync::Arc::ptr_eq(&again.resources[0].settings[0], &again.resources[1].settings[0]));
    let mut many = evidence();
    many.artifacts = (0..3_000).flat_map(|_| whole.artifacts.clone().into_loose()).collect::<Vec<_>>().into();
    assert!(read(packed(&many)).is_ok_and(|read| read.0 == many && read.1 == digest(&many)));
    many.artifacts.loose_mut().clear();
    assert!(read(packed(&many)).is_ok_and(|read| read.0 == many));
}

#[test]
fn the_digest_is_over_all_but_marks_and_the_day() {
    let first = digest(&evidence());
    let changed = |change: &dyn Fn(&mut Evidence)| {
        let mut evidence = evidence();
        change(&mut evidence);
        digest(&evidence)
    };
    let same: [&dyn Fn(&mut Evidence); 5] = [
        &|evidence| evidence.artifacts.loose_mut()[0].mark += 1,
        &|evidence| evidence.artifacts.loose_mut()[0].parts[0].rows[0].ids[0].mark += 1,
        &|evidence| {
            for own in
                evidence.artifacts.loose_mut()[0].parts[0].beyond.iter_mut().flat_map(|beyond| beyond.sketches.values_mut())
            {
                own.push('0');
            }
        },
        &|evidence| {
            for document in evidence.manifest.iter_mut().flat_map(|manifest| &mut manifest.documents) {
                document.path_mark = Some(9);
            }
        },
        &|evidence| {
            if let Some(delivery) = &mut evidence.delivery {
                (delivery.collected, delivery.digest) = (None, String::new());
            }
        },
    ];
    for (at, change) in same.into_iter().enumerate() {
        assert_eq!(changed(change), first, "{at}");
    }
    let other: [&dyn Fn(&mut Evidence); 12] = [
        &|evidence| evidence.artifacts.loose_mut()[0].size += 1,
        &|evidence| evidence.artifacts.loose_mut()[2].digest = None,
        &|evidence| evidence.artifacts.loose_mut()[0].digest = None,
        &|evidence| evidence.artifacts.loose_mut()[0].gaps[0].reason.push('x'),
        &|evidence| evidence.artifacts.loose_mut()[0].parts[0].sets[0].records += 1,
        &|evidence| evidence.artifacts.loose_mut()[0].parts[0].rows[0].set += 1,
        &|evidence| evidence.artifacts.loose_mut()[0].parts[2].run.iter_mut().for_each(|run| run.results[0].line += 1),
        &|evidence| evidence.classes.push("x".to_owned()),
        &|evidence| evidence.resources[1].line += 1,
        &|evidence| std::sync::Arc::make_mut(&mut evidence.resources[0].settings[0]).key.push('x'),
        &|evidence| evidence.manifest = None,
        &|evidence| evidence.delivery.iter_mut().for_each(|delivery| delivery.since = None),
    ];
    for (at, change) in other.into_iter().enumerate() {
        assert_ne!(changed(change), first, "{at}");
    }
}

#[test]
fn what_is_cut_off_or_changed_is_refused() {
    let whole = packed(&evidence());
    for end in 0..whole.len() {
        assert_eq!(read(whole.get(..end).unwrap_or(&[]).to_vec()).err(), Some(Broken::Short), "{end}");
    }
    for at in MAGIC.len()..whole.len() {
        let mut other = whole.clone();
        other[at] ^= 1;
        assert!(read(other).is_err(), "{at}");
    }
    assert!(read([whole.clone(), vec![0]].concat()).is_err());
}

/// Frames that say of themselves that they are whole.
fn sealed(frames: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    for (letter, content) in frames {
        out.extend(frame::of(*letter, content));
    }
    let end: Vec<u8> = (frames.len() as u64).to_le_bytes().into_iter().chain(Sha256::digest(&out)).collect();
    out.extend(frame::of(END, &end));
    out
}

#[test]
fn what_somebody_else_wrote_and_sealed_is_read_within_bounds() {
    let whole = packed(&evidence());
    let frames: Vec<(u8, Vec<u8>)> = match Frames::of(&whole, MAGIC, END) {
        Ok(frames) => frames.all.into_iter().map(|(letter, content)| (letter, whole[content].to_vec())).collect(),
        Err(error) => panic!("{error}"),
    };
    assert_eq!(frames.iter().map(|frame| frame.0).collect::<Vec<_>>(), b"ASRH");
    assert!(read(sealed(&frames)).is_ok());
    for (index, (letter, content)) in frames.iter().enumerate() {
        let Some(Content { plain, keyed }) = content_of(content) else { panic!("{index}") };
        for at in 0..plain.len() {
            for byte in [0, 1, 0x7f, 0x80, 0xff] {
                let mut other = frames.clone();
                let mut plain = plain.clone();
                plain[at] = byte;
                other[index] = (*letter, Content { plain, keyed: keyed.clone() }.packed());
                // nothing but an answer is asked for
                let _ = read(sealed(&other));
            }
        }
        let mut less = frames.clone();
        less[index] = (*letter, Content { plain: plain.clone(), keyed: keyed.get(1..).unwrap_or(&[1]).to_vec() }.packed());
        assert!(read(sealed(&less)).is_err(), "{index}");
        let mut twice = frames.clone();
        twice.push((*letter, content.clone()));
        assert!(read(sealed(&twice)).is_err(), "after the head comes nothing: {index}");
    }
    // a length that is a lie, and zeros that would be unpacked to any number of them
    let mut lie = tree_number(1 << 40);
    lie.extend([1, 0]);
    assert!(read(sealed(&[(ARTIFACTS, lie)])).is_err());
    // a block of none, of too many, and a path that all share and that takes any amount of memory
    let block = |count: usize, path: usize| {
        let one = |number: u32, path: String| Artifact {
            number,
            path,
            parts: Vec::new(),
            gaps: Vec::new(),
            ..evidence().artifacts.loose_mut().remove(1)
        };
        let path = "a".repeat(path);
        let artifacts: Vec<Artifact> = (0..count as u32).map(|number| one(number, path.clone())).collect();
        let (_, content) = block::pack::<Vec<u8>>(&artifacts, usize::MAX);
        sealed(&[(ARTIFACTS, content.packed()), frames[3].clone()])
    };
    assert!(read(block(MOST_ARTIFACTS, 4)).is_ok());
    assert!(read(block(0, 4)).is_err());
    assert!(read(block(MOST_ARTIFACTS + 1, 4)).is_err());
    assert!(read(block(MOST_ARTIFACTS, 100_000)).is_err());
    let zeros = || Content { plain: vec![0; 1 << 20], keyed: Vec::new() };
    assert!(zeros().packed().len() > 1 << 20);
    assert_eq!(content_of(&zeros().packed()), Some(zeros()));
}

/// What a frame holds, unpacked into what something longer was unpacked into.
fn content_of(bytes: &[u8]) -> Option<Content> {
    let mut buffer = vec![7; 1 << 16];
    unpacked(bytes, &mut buffer).map(|content| Content { plain: content.plain.to_vec(), keyed: content.keyed.to_vec() })
}

fn tree_number(number: u64) -> Vec<u8> {
    let mut packer = crate::model::tree::Packer::default();
    packer.number(number);
    packer.out
}

/// Evidence of many blocks: every fifth artifact has something to say.
fn many(number: u32) -> Evidence {
    let whole = evidence();
    let (telling, plain) = (whole.artifacts.some(0..1)[0].clone(), whole.artifacts.some(2..3)[0].clone());
    let one = |at: u32| {
        let like = if at.is_multiple_of(5) { &telling } else { &plain };
        let masked = like.masked.filter(|_| at.is_multiple_of(7));
        Artifact { number: at + 1, path: format!("f{}/a{at}", at / 100), mark: at.into(), masked, ..like.clone() }
    };
    Evidence { artifacts: (0..number).map(one).collect::<Vec<_>>().into(), ..whole }
}

#[test]
fn what_stays_packed_is_what_was_packed_however_it_is_asked_for() {
    let whole = many(10_000);
    let all = whole.artifacts.some(0..10_000);
    let seen = std::sync::Mutex::new(Vec::new());
    let keep = |(): &mut (), at: u32, _: &Artifact| at % 11 == 3;
    let take = |first: u32, ()| seen.lock().map(|mut seen| seen.push(first)).unwrap_or_default();
    let Ok((again, known)) = Packed::open(packed(&whole)).and_then(|packed| packed.read(keep, take)) else {
        panic!("it is whole")
    };
    assert_eq!(known, digest(&whole));
    assert_eq!(digest(&again), known, "packed anew");
    assert!(seen.into_inner().is_ok_and(|firsts| firsts.first() == Some(&0) && firsts.is_sorted()));
    let artifacts = &again.artifacts;
    let telling: Vec<u32> = artifacts.telling().map(|row| row.0).collect();
    assert!(artifacts.telling().all(|(position, artifact)| all.get(position as usize) == Some(artifact)));
    for position in 0..10_000 {
        let said = whole.artifacts.telling().any(|row| row.0 == position as u32);
        assert!(!said || telling.binary_search(&(position as u32)).is_ok(), "{position}");
    }
    assert!(telling.len() > 2_500 && telling.len() < 4_000, "{}", telling.len());
    // one after the other, backwards and in leaps; some of it stays unpacked on the way
    let mut cursor = artifacts.cursor();
    for position in (0..10_000).chain((0..10_000).rev()).chain((0..200).map(|at| at * 7_919 % 10_000)) {
        assert_eq!(cursor.at(position), all.get(position), "{position}");
        if position % 1_777 == 1 {
            assert_eq!(artifacts.get(position), all.get(position), "{position}");
        }
    }
    assert_eq!((cursor.at(10_000), artifacts.get(10_000)), (None, None));
    let walked = artifacts.walk(2, |some: &mut Vec<Artifact>, at, one| {
        assert_eq!((at.within as usize, at.position()), (some.len(), at.first + at.within));
        some.push(one.clone());
    });
    assert!(walked.iter().all(|(first, some)| all[*first as usize..].starts_with(some)));
    assert_eq!(walked.iter().map(|row| row.1.len()).sum::<usize>(), 10_000);
    assert_eq!(artifacts.some(1_020..1_030), &all[1_020..1_030]);
    assert!(artifacts.iter().eq(all.iter()));
    assert!(again == whole);
    let text = |evidence: &Evidence| serde_json::to_string(evidence).unwrap_or_default();
    assert_eq!(text(&again), text(&whole));
    // ... and what was sealed as it came, whatever was changed in it afterwards
    let mut sealed = whole.clone();
    let stretches = all.chunks(700).map(|some| Sealed::of(some.to_vec())).collect();
    sealed.artifacts = Stored::joined(stretches).into();
    assert!(sealed == whole);
    assert_eq!(digest(&sealed), digest(&whole));
    let changed = |evidence: &mut Evidence| {
        for part in evidence.artifacts.telling_mut().flat_map(|artifact| &mut artifact.parts) {
            part.rows.clear();
        }
    };
    let (mut loose, mut packed) = (whole.clone(), again.clone());
    [&mut sealed, &mut loose, &mut packed].into_iter().for_each(changed);
    for other in [&sealed, &packed] {
        assert!(*other == loose && other.artifacts.iter().eq(loose.artifacts.iter()));
        let walked = other.artifacts.walk(2, |some: &mut Vec<Artifact>, _, one| some.push(one.clone()));
        assert!(walked.into_iter().flat_map(|row| row.1).eq(loose.artifacts.iter().cloned()));
        assert_eq!(digest(other), digest(&loose));
    }
    let mut loose = again.clone();
    loose.artifacts.loose_mut().truncate(9);
    assert_eq!(loose.artifacts.into_loose(), &all[..9]);
}
