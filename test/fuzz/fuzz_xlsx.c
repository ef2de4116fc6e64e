/* Any bytes as a workbook. The first byte says how: as the package itself, or as one part inside a
 * package that is whole (else few inputs would get past the zip). */
#include "wire/xlsx.h"

#include <stdlib.h>
#include "../unit/xlsx_book.h"

static enum rc look(void *ctx, const struct xlsx_row *row, struct err *e)
{
    uint64_t *sum = ctx;
    (void)e;
    for (uint32_t i = 0; i < row->cells; i++) {
        for (size_t k = 0; k < row->cell[i].len; k++) {
            *sum += (unsigned char)row->cell[i].ptr[k];
        }
        *sum += row->flag[i];
    }
    return RC_OK;
}

static void build(uint8_t how, struct str part, struct buf *out)
{
    struct book_part parts[] = {
        {"_rels/.rels", BOOK_RELS},
        {"xl/workbook.xml", BOOK_WORKBOOK},
        {"xl/_rels/workbook.xml.rels", BOOK_WORKBOOK_RELS},
        {"xl/styles.xml", BOOK_STYLES},
        {"xl/sharedStrings.xml", BOOK_STRINGS},
        {"xl/worksheets/sheet1.xml", STR("<worksheet><sheetData><row><c t=\"s\"><v>0</v></c>"
                                         "<c s=\"3\"><v>43000</v></c></row></sheetData>"
                                         "</worksheet>")},
        {NULL, STR_NULL},
    };
    parts[how % 6].text = part;
    book_build(parts, false, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    struct str in = str_make((const char *)data + 1, size - 1);
    struct buf book = {0};
    struct err e = {0};
    uint64_t sum = 0;
    struct xlsx_options o = {.limits = {.entry_bytes = 1 << 20, .total_bytes = 4 << 20}};
    if (data[0] & 7) {
        build((uint8_t)((data[0] & 7) - 1), in, &book);
        in = buf_str(&book);
    }
    enum rc rc = xlsx_read_bytes(in, &o, look, &sum, &e);
    if (rc != RC_OK && e.msg[0] == 0) {
        abort();
    }
    buf_release(&book);
    return 0;
}
