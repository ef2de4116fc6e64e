/* The only file that includes libzip and expat.
 *
 * Guards  every part is unpacked and parsed piece by piece; the sum, each part, the ratio, the
 *         depth of tags and the length of one tag are limited while that happens, not after. */
#include "wire/xlsx_part.h"

#include <expat.h>
#include <string.h>
#include <zip.h>

#define PIECE 65536
#define TAG_BYTES (1 << 20) /* one tag, comment or instruction */
#define TAG_DEPTH 64
#define RATIO_FROM ((uint64_t)16 << 20)

void xlsx_part_stop(struct xlsx_part *p, enum rc rc)
{
    if (p->rc == RC_OK) {
        p->rc = rc;
        XML_StopParser(p->parser, XML_FALSE);
    }
}

/* Names come with their prefix ("x:row"); only what is behind it matters to us. */
static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

struct str xlsx_attribute(const char **attributes, const char *name)
{
    for (; attributes[0]; attributes += 2) {
        if (strcmp(local(attributes[0]), name) == 0) {
            return str_of(attributes[1]);
        }
    }
    return STR_NULL;
}

static void on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct xlsx_part *p = user;
    if (++p->depth > TAG_DEPTH) {
        xlsx_part_stop(
            p, rc_fail(p->package->e, RC_INVALID, "the workbook is damaged: tags too deep"));
        return;
    }
    if (p->start && p->rc == RC_OK) {
        p->start(p, local(name), attributes);
    }
}

static void on_end(void *user, const XML_Char *name)
{
    struct xlsx_part *p = user;
    p->depth--;
    if (p->end && p->rc == RC_OK) {
        p->end(p, local(name));
    }
}

static void on_text(void *user, const XML_Char *s, int len)
{
    struct xlsx_part *p = user;
    if (p->text && p->rc == RC_OK) {
        p->text(p, str_make(s, (size_t)len));
    }
}

static void on_doctype(void *user, const XML_Char *name, const XML_Char *sysid,
                       const XML_Char *pubid, int internal)
{
    struct xlsx_part *p = user;
    (void)name, (void)sysid, (void)pubid, (void)internal;
    xlsx_part_stop(
        p, rc_fail(p->package->e, RC_INVALID, "the workbook holds a document type: refused"));
}

/* Counts what was unpacked before it is parsed. */
static enum rc count_bytes(struct xlsx_package *k, uint64_t part, uint64_t piece,
                           uint64_t packed)
{
    const struct xlsx_limits *l = &k->limits;
    k->unpacked += piece;
    if (part > l->entry_bytes || k->unpacked > l->total_bytes) {
        return rc_fail(
            k->e, RC_TOO_LARGE, "the workbook unpacks to more than %llu MiB",
            (unsigned long long)((part > l->entry_bytes ? l->entry_bytes : l->total_bytes) >>
                                 20));
    }
    if (part > RATIO_FROM && part / l->ratio > packed) {
        return rc_fail(k->e, RC_TOO_LARGE,
                       "the workbook unpacks to more than %u times its size (a zip bomb?)",
                       l->ratio);
    }
    return RC_OK;
}

static enum rc parse_piece(struct xlsx_part *p, const char *piece, int n, uint64_t fed)
{
    if (XML_Parse(p->parser, piece, n, n == 0) == XML_STATUS_ERROR) {
        return p->rc ? p->rc
                     : rc_fail(p->package->e, RC_INVALID,
                               "the workbook is damaged: %s (line %lu)",
                               XML_ErrorString(XML_GetErrorCode(p->parser)),
                               (unsigned long)XML_GetCurrentLineNumber(p->parser));
    }
    XML_Index at = XML_GetCurrentByteIndex(p->parser);
    if (n > 0 && at >= 0 && fed - (uint64_t)at > TAG_BYTES + PIECE) {
        return rc_fail(p->package->e, RC_TOO_LARGE,
                       "the workbook is damaged: a tag of over 1 MiB");
    }
    return p->rc;
}

static enum rc parse_entry(struct xlsx_part *p, zip_file_t *file, uint64_t packed)
{
    char piece[PIECE];
    uint64_t fed = 0;
    for (;;) {
        zip_int64_t n = zip_fread(file, piece, sizeof(piece));
        if (n < 0) {
            return rc_fail(p->package->e, RC_INVALID, "the workbook is damaged: %s",
                           zip_file_strerror(file));
        }
        fed += (uint64_t)n;
        enum rc rc = count_bytes(p->package, fed, (uint64_t)n, packed);
        if (rc == RC_OK) {
            rc = parse_piece(p, piece, (int)n, fed);
        }
        if (rc || n == 0) {
            return rc;
        }
    }
}

/* Parses the part `name` of the package. RC_MISSING (e untouched) when there is none. */
enum rc xlsx_part_parse(struct xlsx_package *k, const char *name, struct xlsx_part *p)
{
    zip_stat_t stat;
    zip_int64_t index = zip_name_locate(k->zip, name, ZIP_FL_NOCASE);
    if (index < 0) {
        return RC_MISSING;
    }
    zip_file_t *file = NULL;
    enum rc rc;
    p->package = k;
    p->parser = XML_ParserCreate(NULL);
    if (zip_stat_index(k->zip, (zip_uint64_t)index, 0, &stat) == 0) {
        file = zip_fopen_index(k->zip, (zip_uint64_t)index, 0);
    }
    if (!file) {
        rc = rc_fail(k->e, RC_INVALID, "the workbook is damaged: %s", zip_strerror(k->zip));
        goto done;
    }
    XML_SetUserData(p->parser, p);
    XML_SetElementHandler(p->parser, on_start, on_end);
    XML_SetCharacterDataHandler(p->parser, on_text);
    XML_SetStartDoctypeDeclHandler(p->parser, on_doctype);
    rc = parse_entry(p, file, stat.comp_size);
done:
    if (file) {
        zip_fclose(file);
    }
    XML_ParserFree(p->parser);
    return rc;
}

/* ---- The package --------------------------------------------------------------------------------- */

static enum rc check_entries(struct xlsx_package *k)
{
    zip_int64_t n = zip_get_num_entries(k->zip, 0);
    if (n < 0 || (uint64_t)n > k->limits.entries) {
        return rc_fail(k->e, RC_TOO_LARGE, "the workbook holds more than %llu files",
                       (unsigned long long)k->limits.entries);
    }
    for (zip_int64_t i = 0; i < n; i++) {
        zip_stat_t stat;
        bool known = zip_stat_index(k->zip, (zip_uint64_t)i, 0, &stat) == 0;
        if (known && (stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method) {
            rc_fail(k->e, RC_INVALID, "the workbook is protected by a password");
            err_hint(k->e, "open it in Excel, take the password off and save it anew");
            return RC_INVALID;
        }
    }
    return RC_OK;
}

/* Takes over the source, also on failure. */
static enum rc open_source(struct xlsx_package *k, zip_source_t *source)
{
    zip_error_t why;
    zip_error_init(&why);
    k->zip = zip_open_from_source(source, ZIP_RDONLY, &why);
    if (!k->zip) {
        zip_source_free(source);
        rc_fail(k->e, RC_INVALID, "this is no Excel workbook, or a damaged one");
        err_detail(k->e, "zip: %s", zip_error_strerror(&why));
        zip_error_fini(&why);
        return RC_INVALID;
    }
    zip_error_fini(&why);
    enum rc rc = check_entries(k);
    if (rc) {
        xlsx_package_close(k);
    }
    return rc;
}

enum rc xlsx_package_open_bytes(struct xlsx_package *k, struct str bytes)
{
    zip_source_t *source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, NULL);
    return source ? open_source(k, source)
                  : rc_fail(k->e, RC_INVALID, "this is no Excel workbook");
}

enum rc xlsx_package_open_file(struct xlsx_package *k, const char *path)
{
    zip_source_t *source = zip_source_file_create(path, 0, 0, NULL);
    return source ? open_source(k, source) : rc_fail(k->e, RC_IO, "%s cannot be read", path);
}

void xlsx_package_close(struct xlsx_package *k)
{
    zip_discard(k->zip);
    k->zip = NULL;
}
