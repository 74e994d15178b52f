//! JSON: the whole assessment, versioned by its `schema`, documented in `docs/report-json.md`.

use super::{Format, Style};
use crate::model::assessment::Assessment;

/// The format.
pub(super) struct Json;
/// The format.
pub(super) static FORMAT: Json = Json;

impl Format for Json {
    fn id(&self) -> &'static str {
        "json"
    }

    fn title(&self) -> &'static str {
        "JSON for programs: everything, versioned"
    }

    fn render(&self, assessment: &Assessment, _style: Style) -> Vec<u8> {
        serde_json::to_string_pretty(assessment)
            .map_or_else(|error| format!("{{\"error\": {:?}}}\n", error.to_string()), |text| text + "\n")
            .into_bytes()
    }
}
