//! From what the recogniser says of each column of a line to characters. It only reads numbers: no pictures, no models.

/// Probabilities of one line: one row a step, one column a class. Class 0 is "nothing here"; class n is character n - 1.
pub(super) struct Steps<'a> {
    /// All rows, one after the other.
    pub(super) values: &'a [f32],
    /// Classes in a row.
    pub(super) classes: usize,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Words {
    /// Its characters.
    pub(super) text: String,
    /// The mean certainty of them, 0 to 1.
    pub(super) confidence: f32,
}

impl Steps<'_> {
    /// The best character of each step, repeats joined, gaps dropped. With `allowed`, no other character is considered: a
    /// machine-readable zone has 37 of them.
    pub(super) fn words(&self, dictionary: &[String], allowed: Option<&[usize]>) -> Words {
        if self.classes == 0 {
            return Words::default();
        }
        let (mut text, mut sum, mut count, mut before) = (String::new(), 0.0, 0u32, 0);
        for row in self.values.chunks_exact(self.classes) {
            let (class, sure) = match allowed {
                None => best(row.iter().copied().enumerate()),
                Some(allowed) => {
                    best([0].iter().chain(allowed).filter_map(|class| row.get(*class).map(|value| (*class, *value))))
                }
            };
            if class != 0 && class != before {
                // a class that the dictionary has not is the model's and not ours: shown as what it is, unreadable
                text.push_str(dictionary.get(class - 1).map_or("\u{fffd}", String::as_str));
                sum += sure;
                count += 1;
            }
            before = class;
        }
        let confidence = if count == 0 { 0.0 } else { sum / count as f32 };
        Words { text, confidence }
    }
}

/// The first of the largest; what is no number never wins.
fn best(row: impl Iterator<Item = (usize, f32)>) -> (usize, f32) {
    row.fold((0, f32::MIN), |best, one| if one.1 > best.1 { one } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary() -> Vec<String> {
        ["A", "B", "<", " "].iter().map(|letter| (*letter).to_owned()).collect()
    }

    /// One row for each class named, 0.9 sure, the others share the rest.
    fn rows(best: &[usize]) -> Vec<f32> {
        best.iter().flat_map(|class| (0..5).map(move |at| if at == *class { 0.9 } else { 0.025 })).collect()
    }

    #[test]
    fn repeats_are_one_character_unless_nothing_stands_between() {
        let values = rows(&[1, 1, 0, 1, 2, 2, 4, 0, 3, 0, 3]);
        let words = Steps { values: &values, classes: 5 }.words(&dictionary(), None);
        assert_eq!(words.text, "AAB <<");
        assert!((words.confidence - 0.9).abs() < 1e-6);
    }

    #[test]
    fn only_allowed_characters_are_considered() {
        // the second step is surely a B; if no B may be there, the next best of the allowed is taken
        let mut values = rows(&[1, 2]);
        values[5 + 3] = 0.08;
        let words = Steps { values: &values, classes: 5 }.words(&dictionary(), Some(&[1, 3]));
        assert_eq!(words.text, "A<");
    }

    #[test]
    fn odd_tensors_give_no_panic() {
        assert_eq!(Steps { values: &[], classes: 0 }.words(&dictionary(), None), Words::default());
        assert_eq!(Steps { values: &[0.5; 7], classes: 5 }.words(&dictionary(), None).text, "");
        assert_eq!(Steps { values: &[f32::NAN; 5], classes: 5 }.words(&dictionary(), None).text, "");
        let values = rows(&[1]);
        assert_eq!(Steps { values: &values, classes: 5 }.words(&[], None).text, "\u{fffd}", "a class beyond the dictionary");
        assert_eq!(Steps { values: &values, classes: 5 }.words(&dictionary(), Some(&[99])).text, "");
    }
}
