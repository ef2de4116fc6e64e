/* Single values from text. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "people/decode_internal.h"
#include "people/mapping_internal.h"
#include "wire/text.h"

#define TEXT_ROOM (256u << 10)
#define SLOT_MS 900000LL /* no zone changes its offset inside a quarter of an hour */

bool decode_fail(struct decoder *d, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(d->reason, sizeof(d->reason), fmt, ap);
    va_end(ap);
    return false;
}

struct str decode_keep(struct decoder *d, struct str s)
{
    if ((size_t)(d->text_end - d->text_at) < s.len) {
        const size_t room = s.len > TEXT_ROOM ? s.len : TEXT_ROOM;
        d->text_at = arena_alloc(d->batch->arena, room);
        d->text_end = d->text_at + room;
    }
    const struct str out = {d->text_at, s.len};
    if (s.len) {
        memcpy(d->text_at, s.ptr, s.len);
    }
    d->text_at += s.len;
    return out;
}

struct str decode_bare(struct str s)
{
    s = str_trim(s);
    if (s.len >= 3 && s.ptr[0] == '=' && s.ptr[1] == '"' && s.ptr[s.len - 1] == '"') {
        return str_trim(str_slice(s, 2, s.len - 1));
    }
    if (s.len >= 2 && s.ptr[0] == '\'') {
        return str_trim(str_slice(s, 1, s.len));
    }
    return s;
}

bool decode_is_none(struct str s)
{
    return s.len == 0 || str_eq(s, STR("-")) || str_eq(s, STR("\\N")) ||
           str_eq_nocase(s, STR("null")) || str_eq_nocase(s, STR("none")) ||
           str_eq(s, STR("--"));
}

/* ---- Times --------------------------------------------------------------------------------- */

static int two_digits(const char *p)
{
    const unsigned a = (unsigned)p[0] - '0';
    const unsigned b = (unsigned)p[1] - '0';
    return a > 9 || b > 9 ? 100 : (int)(a * 10 + b);
}

static int64_t local_to_utc(struct decoder *d, int64_t local_ms)
{
    const int64_t slot = local_ms / SLOT_MS;
    if (slot != d->slot) {
        d->slot = slot;
        d->slot_offset = zone_from_local(d->in.zone, local_ms) - local_ms;
    }
    return local_ms + d->slot_offset;
}

/* What may follow the seconds: nothing, ".123", and "Z" or "+08:00". */
static bool time_tail(struct str rest, int64_t *ms, bool *has_offset)
{
    *has_offset = false;
    if (rest.len >= 4 && rest.ptr[0] == '.') {
        const int tens = two_digits(rest.ptr + 1);
        const unsigned ones = (unsigned)rest.ptr[3] - '0';
        if (tens > 99 || ones > 9) {
            return false;
        }
        *ms += tens * 10 + (int)ones;
        rest = str_slice(rest, 4, rest.len);
    }
    if (!rest.len) {
        return true;
    }
    *has_offset = true;
    if (rest.len == 1 && rest.ptr[0] == 'Z') {
        return true;
    }
    if (rest.len != 6 || (rest.ptr[0] != '+' && rest.ptr[0] != '-') || rest.ptr[3] != ':') {
        return false;
    }
    const int hours = two_digits(rest.ptr + 1);
    const int minutes = two_digits(rest.ptr + 4);
    *ms -= (hours * 60LL + minutes) * (rest.ptr[0] == '-' ? -60000 : 60000);
    return hours <= 18 && minutes <= 59;
}

/* "2010-12-01 08:26:00" and "2026-01-02T03:04:05.678+08:00": files are full of the same dates one
 * behind another. Whatever else there is goes to time_parse. */
static bool time_usual(struct decoder *d, struct str s, int64_t *ms)
{
    bool has_offset;

    if (s.len < 19 || (s.ptr[10] != ' ' && s.ptr[10] != 'T') || s.ptr[13] != ':' ||
        s.ptr[16] != ':') {
        return false;
    }
    if (memcmp(d->date, s.ptr, 10) != 0) {
        int32_t day;
        if (!day_parse(str_make(s.ptr, 10), &day)) {
            return false;
        }
        memcpy(d->date, s.ptr, 10);
        d->date_ms = day * DAY_MS;
    }
    const int hour = two_digits(s.ptr + 11);
    const int minute = two_digits(s.ptr + 14);
    const int second = two_digits(s.ptr + 17);
    if (hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    int64_t local = d->date_ms + ((hour * 60LL + minute) * 60 + second) * 1000;
    if (!time_tail(str_slice(s, 19, s.len), &local, &has_offset)) {
        return false;
    }
    *ms = has_offset ? local : local_to_utc(d, local);
    return true;
}

/* "12/1/2010 8:26": month first, as the UCI workbook exports it. */
static bool time_american(struct decoder *d, struct str s, int64_t *ms)
{
    char text[32];
    int month = 0;
    int dom = 0;
    int year = 0;
    int hour = 0;
    int minute = 0;
    if (s.len < 8 || s.len > 20) {
        return false;
    }
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    int end = 0;
    if (sscanf(text, "%2d/%2d/%4d %2d:%2d%n", &month, &dom, &year, &hour, &minute, &end) != 5 ||
        (size_t)end != s.len || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
        return false;
    }
    int32_t day;
    (void)snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, dom);
    if (!day_parse(str_of(text), &day)) {
        return false;
    }
    *ms = local_to_utc(d, day * DAY_MS + (hour * 60LL + minute) * 60000);
    return true;
}

bool decode_time_check(struct decoder *d, int64_t ms)
{
    if (ms < d->min_ms || ms >= d->max_ms) {
        return decode_fail(d, "the day is outside 1970..2149");
    }
    return ms <= d->future_ms || decode_fail(d, "the time is in the future");
}

bool decode_time_read(struct decoder *d, struct str s, int64_t *ms)
{
    s = str_trim(s);
    if (!time_usual(d, s, ms) && !time_parse(s, d->in.zone, ms) &&
        !(d->in.mapping->shape == SHAPE_INVOICES && time_american(d, s, ms))) {
        return decode_fail(d, s.len ? "not a time, or one that does not exist"
                                    : "there is no time");
    }
    return true;
}

bool decode_time(struct decoder *d, struct str s, int64_t *ms)
{
    return decode_time_read(d, s, ms) && decode_time_check(d, *ms);
}

/* ---- Numbers ------------------------------------------------------------------------------- */

bool decode_decimal(struct decoder *d, struct str s, int scale, const char *what, int64_t *out)
{
    s = decode_bare(s);
    if (decode_is_none(s)) {
        *out = AMOUNT_UNKNOWN;
        return true;
    }
    if (str_ends(s, STR("元"))) {
        s = str_trim(str_slice(s, 0, s.len - STR("元").len));
    }
    if (!str_decimal(s, scale, out)) {
        return decode_fail(d, "the %s is not a number", what);
    }
    if (*out > DECODE_MONEY_MAX || *out < -DECODE_MONEY_MAX) {
        return decode_fail(d, "the %s is beyond any sense", what);
    }
    return true;
}

bool decode_number(struct decoder *d, struct str s, const char *what, double *out)
{
    s = decode_bare(s);
    if (decode_is_none(s)) {
        *out = QUANTITY_UNKNOWN;
        return true;
    }
    if (!str_f64(s, out)) {
        return decode_fail(d, "the %s is not a number", what);
    }
    if (!(*out <= DECODE_COUNT_MAX && *out >= -DECODE_COUNT_MAX)) {
        return decode_fail(d, "the %s is beyond any sense", what);
    }
    return true;
}

int64_t decode_product(double quantity, int64_t price_e4)
{
    if (isnan(quantity) || price_e4 == PRICE_UNKNOWN) {
        return AMOUNT_UNKNOWN;
    }
    if (quantity == (double)(int64_t)quantity && fabs(quantity) < 1e6 &&
        llabs(price_e4) < 1000000000000LL) {
        const int64_t e4 = (int64_t)quantity * price_e4;
        return (e4 + (e4 < 0 ? -50 : 50)) / 100;
    }
    return (int64_t)llround(quantity * (double)price_e4 / 100);
}

/* ---- Texts --------------------------------------------------------------------------------- */

bool decode_text(struct decoder *d, struct str s, struct str *out)
{
    s = decode_bare(s);
    if (s.len > DECODE_TEXT_MAX) {
        return decode_fail(d, "longer than %d bytes", DECODE_TEXT_MAX);
    }
    *out = s.len ? decode_keep(d, s) : STR_NULL;
    return true;
}

/* "张**", "138****5678": masked by the platform, so it names nobody. */
static bool is_masked(struct str s)
{
    const char *star = s.len ? memchr(s.ptr, '*', s.len) : NULL;
    return star && str_find(s, STR("**"), (size_t)(star - s.ptr)) != SIZE_MAX;
}

static bool is_plain_number(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            return false;
        }
    }
    return s.len > 0 && s.len <= 20;
}

bool decode_identity(struct decoder *d, uint8_t kind, struct str kind_name, struct str raw)
{
    struct str value;
    struct err e;

    if (kind == KIND_USER_ID && is_plain_number(raw)) {
        value = decode_keep(d, raw); /* canonical as it is */
    } else {
        raw = decode_bare(raw);
        if (!raw.len || is_masked(raw)) {
            return true;
        }
        const enum rc rc = kind_canonical(kind, raw, d->batch->arena, &value, &e);
        if (rc == RC_MISSING) {
            return true;
        }
        if (rc) {
            return decode_fail(d, "%.180s", e.msg);
        }
    }
    const struct hash128 hash = identity_hash(d->in.identity_key, kind_name, value);
    if (batch_add_ident(d->batch, kind, value, hash, &e)) {
        return decode_fail(d, "%.180s", e.msg);
    }
    return true;
}

/* ---- Names --------------------------------------------------------------------------------- */

static void names_lock(struct decoder *d)
{
    if (d->in.lock) {
        (void)pthread_mutex_lock(d->in.lock);
    }
}

static void names_unlock(struct decoder *d)
{
    if (d->in.lock) {
        (void)pthread_mutex_unlock(d->in.lock);
    }
}

static struct name_slot *slot_of(struct name_slot *slots, struct str s)
{
    if (!s.len || s.len > NAME_SLOT_BYTES) {
        return NULL;
    }
    const unsigned char first = (unsigned char)s.ptr[0];
    const unsigned char middle = (unsigned char)s.ptr[s.len / 2];
    const unsigned char last = (unsigned char)s.ptr[s.len - 1];
    return &slots[(first * 7u + middle * 31u + last * 3u + (unsigned)s.len * 17u) % NAME_SLOTS];
}

static bool slot_get(const struct name_slot *at, struct str s, uint32_t *code)
{
    if (!at || at->len != s.len || memcmp(at->text, s.ptr, s.len) != 0) {
        return false;
    }
    *code = at->code;
    return true;
}

static void slot_put(struct name_slot *at, struct str s, uint32_t code)
{
    if (at) {
        at->len = (uint8_t)s.len;
        memcpy(at->text, s.ptr, s.len);
        at->code = code;
    }
}

/* The standard event that a word of the event column means; empty when it is none. The names' lock is held. */
static struct str event_by_word(struct decoder *d, struct str s)
{
    const struct mapping *m = d->in.mapping;
    for (uint32_t i = 0; i < m->words; i++) {
        if (str_eq(m->word[i].from, s)) {
            return m->word[i].to;
        }
    }
    if (catalogue_find(d->in.catalogue, s)) {
        return STR_NULL;
    }
    buf_clear(&d->scratch);
    text_fold(&d->scratch, s);
    for (const struct known_word *w = mapping_known_words; w->from; w++) {
        if (str_eq(buf_str(&d->scratch), str_of(w->from))) {
            return str_of(w->to);
        }
    }
    for (uint16_t code = 1; code < EVENT_OWN_FIRST; code++) {
        const struct event_def *def = catalogue_def(d->in.catalogue, code);
        if (def && def->zh && str_eq(s, str_of(def->zh))) {
            return str_of(def->name);
        }
    }
    return STR_NULL;
}

bool decode_event_code(struct decoder *d, struct str s, uint16_t *out)
{
    uint32_t known;
    struct err e;

    s = str_trim(s);
    if (map_get(d->events, s, &known)) {
        *out = (uint16_t)known;
        return true;
    }
    if (!s.len) {
        return decode_fail(d, "there is no event name");
    }
    names_lock(d);
    const struct str word = event_by_word(d, s);
    const enum rc rc = catalogue_intern(d->in.catalogue, word.len ? word : s, out, &e);
    names_unlock(d);
    if (rc) {
        return decode_fail(d, "%.180s", e.msg);
    }
    (void)map_put(d->events, s, *out);
    return true;
}

uint16_t decode_known_event(struct decoder *d, struct str name)
{
    names_lock(d);
    const uint16_t code = catalogue_find(d->in.catalogue, name);
    names_unlock(d);
    return code;
}

bool decode_name_code(struct decoder *d, struct str s, uint16_t *out)
{
    uint32_t known;
    struct err e;

    s = str_trim(s);
    struct name_slot *slot = slot_of(d->name_slot, s);
    if (slot_get(slot, s, &known) || map_get(d->names, s, &known)) {
        *out = (uint16_t)known;
        slot_put(slot, s, known);
        return true;
    }
    names_lock(d);
    const enum rc rc = catalogue_intern(d->in.catalogue, s, out, &e);
    names_unlock(d);
    if (rc) {
        return decode_fail(d, "%.180s", e.msg);
    }
    (void)map_put(d->names, s, *out);
    slot_put(slot, s, *out);
    return true;
}

bool decode_channel_code(struct decoder *d, struct str s, uint8_t *out)
{
    uint32_t known;
    struct err e;

    s = str_trim(s);
    if (!s.len) {
        *out = 0;
        return true;
    }
    if (map_get(d->channels, s, &known)) {
        *out = (uint8_t)known;
        return true;
    }
    names_lock(d);
    const enum rc rc = channel_intern(d->in.catalogue, s, out, &e);
    names_unlock(d);
    if (rc) {
        return decode_fail(d, "%.180s", e.msg);
    }
    (void)map_put(d->channels, s, *out);
    return true;
}

bool decode_kind_code(struct decoder *d, struct str s, uint8_t *out, struct str *name)
{
    uint32_t known;
    struct err e;

    struct name_slot *slot = slot_of(d->kind_slot, s);
    if (slot_get(slot, s, &known)) {
        *out = (uint8_t)known;
        *name = kind_name(d->in.kinds, *out);
        return true;
    }
    if (!map_get(d->kinds, s, &known)) {
        uint8_t kind;
        names_lock(d);
        const enum rc rc = kind_intern(d->in.kinds, s, &kind, &e);
        names_unlock(d);
        if (rc) {
            return decode_fail(d, "%.180s", e.msg);
        }
        known = kind;
        (void)map_put(d->kinds, s, known);
    }
    slot_put(slot, s, known);
    *out = (uint8_t)known;
    *name = kind_name(d->in.kinds, *out);
    return true;
}

/* ---- Personal values ------------------------------------------------------------------------ */

bool decode_is_personal(struct str key, bool top)
{
    /* Lower case, without "_", "-", "$" and blanks. */
    static const struct str keys[] = {
        {"phone", 5},
        {"mobile", 6},
        {"email", 5},
        {"address", 7},
        {"phonenumber", 11},
        {"mobilephone", 11},
        {"telephone", 9},
        {"emailaddress", 12},
        {"realname", 8},
        {"fullname", 8},
        {"firstname", 9},
        {"lastname", 8},
        {"receiver", 8},
        {"receivername", 12},
        {"receiverphone", 13},
        {"receivermobile", 14},
        {"receiveraddress", 15},
        {"idcard", 6},
        {"idnumber", 8},
        {"姓名", 6},
        {"收货人", 9},
        {"手机", 6},
        {"手机号", 9},
        {"地址", 6},
        {"收货地址", 12},
        {"邮箱", 6},
        {"身份证", 9},
    };
    /* Most keys are none of these, and their first letter says so. */
    static const char first[] = "PMEATRFLINpmeatrflin_-$ ";
    char text[16];
    size_t n = 0;
    if (!key.len || key.len > 32 ||
        ((unsigned char)key.ptr[0] < 0x80 && !memchr(first, key.ptr[0], sizeof(first) - 1))) {
        return false;
    }
    for (size_t i = 0; i < key.len; i++) {
        const char c = key.ptr[i];
        if (c == '_' || c == '-' || c == '$' || c == ' ') {
            continue;
        }
        if (n == sizeof(text)) {
            return false;
        }
        text[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        if (n == keys[i].len && text[0] == keys[i].ptr[0] && !memcmp(text, keys[i].ptr, n)) {
            return true;
        }
    }
    return top && n == 4 && !memcmp(text, "name", 4);
}

bool decode_seal(struct decoder *d, struct str plain, struct buf *out)
{
    struct err e;

    buf_clear(&d->scratch);
    if (siv_seal(d->siv, STR("props"), plain, &d->scratch, &e)) {
        return decode_fail(d, "%.180s", e.msg);
    }
    buf_add_byte(out, '"');
    buf_add(out, STR(DECODE_SEALED));
    base64url_encode(out, buf_str(&d->scratch));
    buf_add_byte(out, '"');
    return true;
}

bool decode_is_place(struct str s)
{
    static const char *const ends[] = {"省", "市", "自治区", "特别行政区"};
    if (s.len > 27) {
        return false;
    }
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        if (str_ends(s, str_of(ends[i]))) {
            return true;
        }
    }
    return s.len <= 9; /* "上海", "黑龙江" */
}
