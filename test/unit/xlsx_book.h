/* Builds workbooks in memory for tests, part by part, with libzip itself. */
#ifndef POND_TEST_XLSX_BOOK_H
#define POND_TEST_XLSX_BOOK_H

#include <zip.h>
#include "base/buf.h"

struct book_part {
    const char *name;
    struct str text;
};

/* Appends a zip package of the parts (name NULL ends them) to out. */
static inline void book_build(const struct book_part *parts, bool packed, struct buf *out)
{
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *whole = zip_source_buffer_create(NULL, 0, 0, &why);
    zip_source_keep(whole);
    zip_t *z = zip_open_from_source(whole, ZIP_TRUNCATE, &why);
    for (; parts->name; parts++) {
        zip_source_t *s = zip_source_buffer(z, parts->text.ptr, parts->text.len, 0);
        zip_int64_t i = zip_file_add(z, parts->name, s, 0);
        zip_set_file_compression(z, (zip_uint64_t)i, packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 1);
    }
    zip_close(z);
    zip_source_open(whole);
    zip_source_seek(whole, 0, SEEK_END);
    zip_int64_t n = zip_source_tell(whole);
    zip_source_seek(whole, 0, SEEK_SET);
    char *dst = buf_room(out, (size_t)n);
    out->len += (size_t)zip_source_read(whole, dst, (zip_uint64_t)n);
    zip_source_close(whole);
    zip_source_free(whole);
    zip_error_fini(&why);
}

#define BOOK_TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define BOOK_RELS                                                                              \
    STR("<Relationships><Relationship Id=\"r1\" Type=\"" BOOK_TYPE "officeDocument\" "         \
        "Target=\"xl/workbook.xml\"/></Relationships>")
#define BOOK_WORKBOOK                                                                          \
    STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?><workbook><sheets>"                         \
        "<sheet name=\"第一\" sheetId=\"1\" r:id=\"a\" xmlns:r=\"x\"/>"                      \
        "<sheet name=\"Two\" sheetId=\"2\" r:id=\"b\" xmlns:r=\"x\"/></sheets></workbook>")
#define BOOK_WORKBOOK_RELS                                                                     \
    STR("<Relationships><Relationship Id=\"a\" Type=\"" BOOK_TYPE "worksheet\" "               \
        "Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"b\" Type=\"" BOOK_TYPE           \
        "worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/><Relationship Id=\"c\" "            \
        "Type=\"" BOOK_TYPE                                                                    \
        "styles\" Target=\"styles.xml\"/><Relationship Id=\"d\" Type=\"" BOOK_TYPE             \
        "sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>")
/* Styles: 0 plain, 1 built-in date, 2 built-in date and time, 3 own with year and month in Chinese,
 * 4 elapsed, 5 text that only looks like a date, 6 time of day. */
#define BOOK_STYLES                                                                             \
    STR("<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"[$-804]yyyy&quot;年&quot;" \
        "m&quot;月&quot;d&quot;日&quot; hh:mm;@\"/><numFmt numFmtId=\"165\" "                 \
        "formatCode=\"0.0&quot; days&quot;\"/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/>"    \
        "</cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf "                 \
        "numFmtId=\"22\"/>"                                                                     \
        "<xf numFmtId=\"164\"/><xf numFmtId=\"46\"/><xf numFmtId=\"165\"/><xf "                 \
        "numFmtId=\"21\"/>"                                                                     \
        "</cellXfs></styleSheet>")
#define BOOK_STRINGS                                                                               \
    STR("<sst><si><t>订单编号</t></si><si><r><t>rich </t></r><r><t>text</t></r><rPh><t>no</t>" \
        "</rPh></si><si><t xml:space=\"preserve\"> a_x000A_b &amp; c </t></si><si/></sst>")

/* A whole workbook around the rows of its first sheet ("<row>..." text). */
static inline void book_of_rows(struct str rows, struct buf *out)
{
    struct buf sheet = {0};
    buf_addf(&sheet, "<worksheet><sheetData>%.*s</sheetData></worksheet>", STR_FMT(rows));
    struct book_part parts[] = {
        {"_rels/.rels", BOOK_RELS},
        {"xl/workbook.xml", BOOK_WORKBOOK},
        {"xl/_rels/workbook.xml.rels", BOOK_WORKBOOK_RELS},
        {"xl/styles.xml", BOOK_STYLES},
        {"xl/sharedStrings.xml", BOOK_STRINGS},
        {"xl/worksheets/sheet1.xml", buf_str(&sheet)},
        {"xl/worksheets/sheet2.xml",
         STR("<worksheet><sheetData><row r=\"3\"><c r=\"A3\"><v>2</v>"
             "</c></row></sheetData></worksheet>")},
        {NULL, STR_NULL},
    };
    book_build(parts, true, out);
    buf_release(&sheet);
}

#endif
