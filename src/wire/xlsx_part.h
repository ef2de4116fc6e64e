/* The inside of wire/xlsx.h: the package (a zip file of XML parts). Private to xlsx*.c. */
#ifndef POND_WIRE_XLSX_PART_H
#define POND_WIRE_XLSX_PART_H

#include "wire/xlsx.h"

/* The zip file and what has been unpacked of it so far. */
struct xlsx_package {
    void *zip;
    struct xlsx_limits limits; /* none of them 0 */
    uint64_t unpacked;
    struct err *e;
};

/* One part being parsed: three callbacks, each may be NULL. Names come without their prefix
 * ("row" of "x:row"); attributes are name, value, ..., NULL. */
struct xlsx_part {
    void (*start)(struct xlsx_part *p, const char *name, const char **attributes);
    void (*end)(struct xlsx_part *p, const char *name);
    void (*text)(struct xlsx_part *p, struct str s);
    void *ctx;
    struct xlsx_package *package;
    void *parser;
    uint32_t depth;
    enum rc rc;
};

/* Opens a package in memory or in a file; xlsx_package_close it when RC_OK. */
enum rc xlsx_package_open_bytes(struct xlsx_package *k, struct str bytes);
enum rc xlsx_package_open_file(struct xlsx_package *k, const char *path);
void xlsx_package_close(struct xlsx_package *k);
/* Parses the part `name`. RC_MISSING, with p->rc == RC_OK and e untouched: there is none. */
enum rc xlsx_part_parse(struct xlsx_package *k, const char *name, struct xlsx_part *p);
/* From within a callback: ends the parsing with rc. */
void xlsx_part_stop(struct xlsx_part *p, enum rc rc);
/* The value of an attribute by its name without prefix; STR_NULL: none. */
struct str xlsx_attribute(const char **attributes, const char *name);

#endif
