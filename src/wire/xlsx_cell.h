/* The inside of wire/xlsx.h: what a cell's stored value looks like to a person. */
#ifndef POND_WIRE_XLSX_CELL_H
#define POND_WIRE_XLSX_CELL_H

#include "base/buf.h"
#include "wire/xlsx.h"

enum xlsx_look {
    XLSX_LOOK_PLAIN,
    XLSX_LOOK_DAY,
    XLSX_LOOK_TIME,
    XLSX_LOOK_DAY_TIME,
    XLSX_LOOK_ELAPSED /* [h]:mm:ss, beyond 24 hours */
};

/* By the number of a built-in format (ECMA-376 part 1, 18.8.30). */
enum xlsx_look xlsx_look_of_id(uint32_t id);
/* By the code of a format: "yyyy/m/d h:mm", "[$-804]yyyy\"年\"m\"月\"". */
enum xlsx_look xlsx_look_of_code(struct str code);
/* Appends a stored number as text; returns XLSX_ROUNDED, XLSX_DATE or 0. */
uint8_t xlsx_put_number(struct buf *out, struct str stored, enum xlsx_look look,
                        bool from_1904);
/* Appends text with its _xHHHH_ escapes resolved (ST_Xstring, 22.9.2.19). */
void xlsx_put_text(struct buf *out, struct str stored);

#endif
