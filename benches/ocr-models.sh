#!/usr/bin/env bash
# Fetches the models that read pictures (PP-OCRv6 small, Apache-2.0, by the PaddleOCR authors; as ONNX in the Python package of
# RapidOCR) and puts them into a folder for --ocr-models. Needs pip, unzip or Python, sha256sum.
set -euo pipefail
[ $# = 1 ] || { echo "usage: benches/ocr-models.sh DIR" >&2; exit 2; }
mkdir -p "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# the wheel holds data and Python only: the same file for every system
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$work" rapidocr==3.10.0
python3 - "$work"/rapidocr-3.10.0-*.whl "$work" <<'PY'
import sys, zipfile
wheel, out = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    names = {"rapidocr/models/PP-OCRv6_det_small.onnx": "det.onnx", "rapidocr/models/PP-OCRv6_rec_small.onnx": "rec.onnx"}
    notice = [name for name in archive.namelist() if name.endswith("/MODEL_LICENSES.md")]
    names.update({name: "LICENCES.md" for name in notice})
    for name, to in names.items():
        with open(f"{out}/{to}", "wb") as file:
            file.write(archive.read(name))
PY
(cd "$work" && sha256sum --check --quiet <<'SUMS'
090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f  det.onnx
6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884  rec.onnx
SUMS
)
for file in det.onnx rec.onnx LICENCES.md; do
    if [ -f "$work/$file" ]; then mv "$work/$file" "$1/$file"; fi
done
echo "models in $1"
