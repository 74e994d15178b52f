#!/usr/bin/env python3
"""Measures optical reading against known text: renders made-up documents as scans, reads them with the example `ocr` and, if it is
there, with tesseract, and prints a Markdown table of words right and processor seconds a page (loading the models included).

    cargo build --release --features ocr --example ocr
    python3 -m venv V && V/bin/pip install pillow==13.0.0 img2pdf==0.6.3
    V/bin/python benches/ocr.py MODELS [--keep DIR]

It needs the DejaVu and Liberation fonts (Debian: fonts-dejavu-core, fonts-liberation). Everybody in the pictures is invented.
"""
import argparse, difflib, os, pathlib, re, resource, shutil, subprocess, tempfile

import img2pdf
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = pathlib.Path("/usr/share/fonts/truetype")
FONT = {
    "sans": "dejavu/DejaVuSans.ttf", "serif": "dejavu/DejaVuSerif.ttf", "mono": "dejavu/DejaVuSansMono.ttf",
    "arial": "liberation/LiberationSans-Regular.ttf", "times": "liberation/LiberationSerif-Regular.ttf",
    "courier": "liberation/LiberationMono-Regular.ttf",
}
LETTER = """Midshire Constabulary
Professional Standards Department

Our reference: PSD/2026/0417

Dear Inspector Marchetti,

Thank you for your letter of 3 November about the warrant card issued to
PC Gwendolyn Ashworth-Okafor. We confirm that the card numbered 48213 was
printed on 14 October and handed over at Larchfield police station.

The officer's date of birth is held as 17/08/1984 and her National Insurance
number as QQ 12 34 56 C. She may be reached at g.ashworth@midshire.example or on
01632 960417. Her home address is 14 Larch Grove, Thornbury Vale, MS4 7QX.

Her vetting level is SC, renewed on 22 March 2025. Please destroy this letter
within thirty days, as agreed in clause 9.2 of the processing agreement.

Yours sincerely,

Bartholomew Quillfeather
Records Manager"""
FORM = """Application for a staff pass
Surname: Featherstonehaugh
Forenames: Imogen Clementine
Date of birth: 29/02/1988
National Insurance No: QQ 65 43 21 A
Collar number: 7731
Rank: Detective Sergeant
Station: Kestrel Bridge
Telephone: 01632 960882
E-mail: imogen.f@midshire.example
Next of kin: Rupert Featherstonehaugh
Blood group: O negative
Sort code: 00-00-00 Account: 12345678
Signed at Kestrel Bridge on 5 January 2026"""
ROWS = [("Name", "Rank", "Warrant", "Vetting", "Born")] + [
    (name, rank, str(number), level, born) for name, rank, number, level, born in [
        ("Oyelaran, Tobias", "PC", 40112, "CTC", "04/05/1991"), ("Penhaligon, Maeve", "Sgt", 40113, "SC", "12/11/1979"),
        ("Quartermaine, Otis", "Insp", 40114, "DV", "30/01/1970"), ("Rasmussen, Ingrid", "PC", 40115, "RV", "21/07/1995"),
        ("Szymanski, Kasper", "DC", 40116, "SC", "09/09/1986"), ("Trevithick, Lowenna", "PC", 40117, "CTC", "15/03/1993"),
        ("Uddin, Nasreen", "DS", 40118, "SC", "27/12/1982"), ("Venkataraman, Anil", "PC", 40119, "RV", "18/06/1998"),
        ("Wolstenholme, Greta", "Supt", 40120, "DV", "03/10/1968"), ("Youngblood, Dexter", "PC", 40121, "RV", "11/02/1997"),
    ]]
PASSPORT = """PASSPORT
UNITED KINGDOM OF EXAMPLE
Surname EXAMPLE
Given names ADA BEATRICE
Date of birth 01 JAN 80
Date of expiry 01 JAN 30
P<GBREXAMPLE<<ADA<BEATRICE<<<<<<<<<<<<<<<<<<
5001234560GBR8001014F3001019<<<<<<<<<<<<<<02"""


def font(name, points, dpi):
    return ImageFont.truetype(str(FONTS / FONT[name]), round(points * dpi / 72))


def page(text, name, points, dpi, width=8.27, height=11.69):
    image = Image.new("L", (round(width * dpi), round(height * dpi)), 255)
    draw, letters = ImageDraw.Draw(image), font(name, points, dpi)
    y = round(0.9 * dpi)
    for line in text.split("\n"):
        draw.text((round(0.9 * dpi), y), line, font=letters, fill=15)
        y += round(points * 1.45 * dpi / 72)
    return image


def table(name, points, dpi):
    image = Image.new("L", (round(8.27 * dpi), round(5.8 * dpi)), 255)
    draw, letters = ImageDraw.Draw(image), font(name, points, dpi)
    lefts = [0.6, 2.7, 3.6, 4.8, 6.0, 7.6]
    for index, row in enumerate(ROWS):
        y = round((0.6 + index * points * 1.9 / 72) * dpi)
        for left, cell in zip(lefts, row):
            draw.text((round(left * dpi), y), cell, font=letters, fill=15)
        draw.line([(lefts[0] * dpi - 8, y - 6), (lefts[-1] * dpi, y - 6)], fill=90, width=2)
    return image, "\n".join(" ".join(row) for row in ROWS)


def card():
    """White and yellow on a ground that changes from blue to red."""
    image = Image.new("RGB", (1012, 638))
    for x in range(image.width):
        for y in range(image.height):
            image.putpixel((x, y), (20 + 120 * x // image.width, 30 + 40 * y // image.height, 150 - 100 * x // image.width))
    draw = ImageDraw.Draw(image)
    lines = ["MIDSHIRE CONSTABULARY", "Warrant card", "Name: ASHWORTH Gwendolyn", "Rank: Police Constable", "Number: 48213", "Expires: 14 OCT 2029"]
    for index, line in enumerate(lines):
        draw.text((60, 50 + index * 85), line, font=font("arial", 15, 200), fill=(255, 240, 120) if index == 1 else (255, 255, 255))
    return image, "\n".join(lines)


def scanned(image, degrees=0.0, noise=0.0, blur=0.0, share=0.18):
    if degrees:
        image = image.rotate(degrees, resample=Image.BICUBIC, expand=abs(degrees) > 45, fillcolor=255)
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    if noise:
        grain = Image.effect_noise(image.size, noise)
        image = Image.blend(image, grain, share)
    return image


def cases(folder):
    """Name, file, truth."""
    out = []

    def put(name, image, truth, ending="png", **options):
        path = folder / f"{name}.{ending}"
        image.save(path, dpi=(200, 200), **options)
        out.append((name, path, truth))
        return path

    def pdf(name, path, truth):
        target = folder / f"{name}.pdf"
        target.write_bytes(img2pdf.convert(str(path)))
        out.append((name, target, truth))

    for name, points in [("sans", 10), ("serif", 10), ("arial", 9), ("times", 12), ("courier", 10), ("arial", 8)]:
        put(f"letter-{name}-{points}pt-200dpi", page(LETTER, name, points, 200), LETTER)
    put("letter-times-11pt-150dpi", page(LETTER, "times", 11, 150), LETTER)
    put("letter-arial-11pt-300dpi", page(LETTER, "arial", 11, 300), LETTER)
    clean = page(LETTER, "times", 11, 200)
    put("letter-askew-+2", scanned(clean, 2), LETTER)
    put("letter-askew--2", scanned(clean, -2), LETTER)
    put("letter-upside-down", scanned(clean, 180), LETTER)
    put("letter-on-its-side", scanned(clean, 90), LETTER)
    put("letter-jpeg60", clean, LETTER, "jpg", quality=60)
    put("letter-noise-blur", scanned(clean, 1, 60, 0.9), LETTER, "jpg", quality=60)
    put("letter-much-noise-blur-askew", scanned(clean, -1.5, 120, 1.6, 0.4), LETTER, "jpg", quality=50)
    put("letter-arial-10pt-100dpi", page(LETTER, "arial", 10, 100), LETTER)
    put("letter-arial-6pt-200dpi", page(LETTER, "arial", 6, 200), LETTER)
    ground, truth = card()
    put("card-in-colours", ground, truth, "jpg", quality=80)
    put("form-sans-11pt", page(FORM, "sans", 11, 200, 8.27, 5.8), FORM)
    put("form-noise-askew-jpeg60", scanned(page(FORM, "arial", 12, 200, 8.27, 5.8), -2, 70, 0.8), FORM, "jpg", quality=60)
    grid, truth = table("arial", 10, 200)
    put("table-arial-10pt", grid, truth)
    put("passport-mono", page(PASSPORT, "mono", 10, 300, 5, 3.5), PASSPORT)
    put("passport-courier-jpeg60-askew", scanned(page(PASSPORT, "courier", 11, 300, 5, 3.5), 1.5, 50, 0.8), PASSPORT, "jpg", quality=60)
    gray = put("scan", scanned(clean, 0.7, 40, 0.6), LETTER, "jpg", quality=70)
    out.pop()
    pdf("pdf-jpeg", gray, LETTER)
    bits = put("bits", scanned(clean, 0.7, 40, 0.6).point(lambda value: 255 if value > 150 else 0).convert("1"), LETTER, "tif", compression="group4")
    out.pop()
    pdf("pdf-fax-group4", bits, LETTER)
    out.append(("tiff-fax-group4", bits, LETTER))
    return out


def words(text):
    return re.findall(r"\S+", text)


def right(truth, read):
    truth, read = words(truth), words(read)
    matcher = difflib.SequenceMatcher(None, truth, read, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()), len(truth)


def timed(command, **options):
    """Runs a program: what it printed, and the processor time that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(command, capture_output=True, text=True, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return run.stdout, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def own(program, models, path):
    text, seconds = timed([program, models, str(path)])
    return text.partition("\n")[2], seconds


def tesseract(path, folder):
    seconds = 0.0
    if path.suffix == ".pdf":
        _, seconds = timed(["pdftoppm", "-r", "200", "-png", "-singlefile", str(path), str(folder / "drawn")])
        path = folder / "drawn.png"
    text, more = timed(["tesseract", str(path), "-", "--psm", "3"], env={**os.environ, "OMP_THREAD_LIMIT": "1"})
    return text, seconds + more


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("models")
    options.add_argument("--program", default="target/release/examples/ocr")
    options.add_argument("--keep", metavar="DIR")
    options.add_argument("--only", default="")
    options.add_argument("--show", action="store_true", help="print what is wrong")
    given = options.parse_args()
    folder = pathlib.Path(given.keep or tempfile.mkdtemp())
    folder.mkdir(exist_ok=True)
    with_tesseract = shutil.which("tesseract") is not None
    print("| picture | words | right | seconds |" + (" tesseract right | seconds |" if with_tesseract else ""))
    print("|---|--:|--:|--:|" + ("--:|--:|" if with_tesseract else ""))
    sums = [0, 0, 0.0, 0, 0.0]
    for name, path, truth in cases(folder):
        if given.only not in name:
            continue
        text, seconds = own(given.program, given.models, path)
        good, all_words = right(truth, text)
        if given.show:
            print("\n".join(line for line in difflib.unified_diff(words(truth), words(text), lineterm="", n=0) if not line.startswith("@")))
        row = f"| {name} | {all_words} | {100 * good / all_words:.1f} % | {seconds:.1f} |"
        sums[0] += all_words
        sums[1] += good
        sums[2] += seconds
        if with_tesseract:
            text, seconds = tesseract(path, folder)
            good, _ = right(truth, text)
            row += f" {100 * good / all_words:.1f} % | {seconds:.1f} |"
            sums[3] += good
            sums[4] += seconds
        print(row, flush=True)
    last = f"| **all** | {sums[0]} | **{100 * sums[1] / sums[0]:.1f} %** | {sums[2]:.1f} |"
    print(last + (f" **{100 * sums[3] / sums[0]:.1f} %** | {sums[4]:.1f} |" if with_tesseract else ""))
    if not given.keep:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
