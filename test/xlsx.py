"""Another reader of workbooks, for tests: zipfile and an XML parser, nothing of Pond's.

    xlsx.py FILE        prints {"sheet name": [[cell, ...], ...], ...}

Numbers are numbers; a number whose format shows a date is "YYYY-MM-DD"; None is an empty cell.
With openpyxl at hand, it must have read the same.
"""
import datetime
import json
import re
import sys
import xml.etree.ElementTree as ET
import zipfile

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def date_styles(book):
    """Numbers of the cell formats that show a date."""
    styles = ET.fromstring(book.read("xl/styles.xml"))
    formats = {int(f.get("numFmtId")): f.get("formatCode") for f in styles.iter(M + "numFmt")}
    xfs = styles.find(M + "cellXfs")
    return {i for i, xf in enumerate(xfs)
            if re.search("y.*m.*d", formats.get(int(xf.get("numFmtId")), ""))
            or 14 <= int(xf.get("numFmtId")) <= 22}


def column_of(ref):
    n = 0
    for letter in re.match("[A-Z]+", ref).group():
        n = n * 26 + ord(letter) - 64
    return n - 1


def value_of(cell, shared, dates):
    kind = cell.get("t", "n")
    assert cell.find(M + "f") is None, "a formula in " + cell.get("r")
    if kind == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(M + "t"))
    v = cell.find(M + "v")
    if v is None or v.text is None:
        return None
    if kind == "s":
        return shared[int(v.text)]
    if kind != "n":
        return v.text
    number = float(v.text)
    if int(cell.get("s", 0)) in dates:
        return (datetime.date(1899, 12, 30) + datetime.timedelta(days=number)).isoformat()
    return int(number) if number.is_integer() else number


def read(path):
    book = zipfile.ZipFile(path)
    assert book.testzip() is None
    dates, shared, out = date_styles(book), [], {}
    if "xl/sharedStrings.xml" in book.namelist():
        shared = ["".join(t.text or "" for t in si.iter(M + "t"))
                  for si in ET.fromstring(book.read("xl/sharedStrings.xml"))]
    target = {r.get("Id"): r.get("Target")
              for r in ET.fromstring(book.read("xl/_rels/workbook.xml.rels"))}
    for sheet in ET.fromstring(book.read("xl/workbook.xml")).iter(M + "sheet"):
        rows = []
        for row in ET.fromstring(book.read("xl/" + target[sheet.get(R + "id")])).iter(M + "row"):
            while len(rows) < int(row.get("r")):
                rows.append([])
            for cell in row:
                at = column_of(cell.get("r"))
                rows[-1] += [None] * (at - len(rows[-1])) + [value_of(cell, shared, dates)]
        out[sheet.get("name")] = rows
    return out


def same_as_openpyxl(path, sheets):
    try:
        import openpyxl
    except ImportError:
        return
    for ws in openpyxl.load_workbook(path):
        for y, row in enumerate(sheets[ws.title]):
            for x, v in enumerate(row):
                other = ws.cell(y + 1, x + 1).value
                if isinstance(other, datetime.datetime):
                    other = other.date().isoformat()
                assert other == v, (ws.title, y, x, other, v)


if __name__ == "__main__":
    sheets = read(sys.argv[1])
    same_as_openpyxl(sys.argv[1], sheets)
    print(json.dumps(sheets))
