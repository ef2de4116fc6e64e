/* A zone is a sorted list of transitions, made once when it is opened: those of the file, then those
 * that its rule gives for the years to come. Every question is a search in that list. */
#include "base/day.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/internal.h"
#include "base/mem.h"

#define ZONE_DIR "/usr/share/zoneinfo/"
#define ZONE_FILE_MAX ((size_t)1 << 20)
/* No zone's clock is further than this from UTC (RFC 8536 section 3.2). */
#define OFFSET_MAX_MS (26 * 3600 * 1000LL)

struct zone *zone_make(struct str name, int32_t offset_s)
{
    struct zone *z = mem_zalloc(sizeof(struct zone));
    (void)snprintf(z->name, sizeof(z->name), "%.*s", STR_FMT(name));
    z->offset_s = mem_array(int32_t, 1);
    z->offset_s[0] = offset_s;
    return z;
}

void zone_add(struct zone *z, int64_t at_s, int32_t offset_s)
{
    int64_t limit = INT64_MAX / 2000;
    int64_t at_ms = (at_s < -limit ? -limit : at_s > limit ? limit : at_s) * 1000;
    if (z->count && z->at_ms[z->count - 1] >= at_ms) {
        z->count--;
    }
    if (z->offset_s[z->count] == offset_s) {
        return;
    }
    size_t n = (size_t)z->count + 1;
    if (n == 1 || (n & (n - 1)) == 0) {
        z->at_ms = mem_resize(z->at_ms, sizeof(int64_t) * n * 2);
        z->offset_s = mem_resize(z->offset_s, sizeof(int32_t) * (n * 2 + 1));
    }
    z->at_ms[z->count++] = at_ms;
    z->offset_s[z->count] = offset_s;
}

void zone_free(struct zone *z)
{
    if (z) {
        mem_free(z->at_ms);
        mem_free(z->offset_s);
        mem_free(z);
    }
}

const char *zone_name(const struct zone *z) { return z->name; }

/* --- Opening ------------------------------------------------------------------------------- */

/* "+08:00", "-0330", "+8": an offset in seconds. */
static bool fixed_offset(struct str name, int32_t *out)
{
    if (name.len < 2 || (name.ptr[0] != '+' && name.ptr[0] != '-')) {
        return false;
    }
    struct str rest = str_slice(name, 1, name.len);
    int hours = take_number(&rest, 2);
    bool colon = str_starts(rest, STR(":"));
    rest = str_slice(rest, colon, rest.len);
    int minutes = rest.len || colon ? (rest.len == 2 ? take_number(&rest, 2) : -1) : 0;
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59 || rest.len) {
        return false;
    }
    *out = (hours * 60 + minutes) * (name.ptr[0] == '-' ? -60 : 60);
    return true;
}

/* A name that stays inside the zone directory. */
static bool name_is_safe(struct str name)
{
    if (name.len == 0 || name.len >= ZONE_NAME_MAX || name.ptr[0] == '/') {
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && c != '_' && c != '-' && c != '+' && c != '/') {
            return false;
        }
    }
    return true;
}

/* The whole file behind out; RC_MISSING, RC_IO, RC_TOO_LARGE without a message. */
static enum rc read_file(const char *path, struct buf *out)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        return errno == ENOENT || errno == ENOTDIR ? RC_MISSING : RC_IO;
    }
    size_t got;
    while ((got = fread(buf_room(out, 8192), 1, 8192, f)) > 0 && out->len <= ZONE_FILE_MAX) {
        out->len += got;
    }
    enum rc rc = ferror(f) ? RC_IO : out->len > ZONE_FILE_MAX ? RC_TOO_LARGE : RC_OK;
    (void)fclose(f);
    return rc;
}

/* Steps of typing that turn a into b, ASCII case aside; both short. */
static size_t distance(struct str a, struct str b)
{
    size_t row[ZONE_NAME_MAX + 1];
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = str_eq_nocase(str_slice(a, i - 1, i), str_slice(b, j - 1, j));
            size_t best = corner + !same;
            corner = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
        }
    }
    return row[b.len];
}

struct nearest {
    size_t steps;
    char name[ZONE_NAME_MAX];
};

static void consider(struct nearest *n, struct str wanted, struct str name)
{
    if (name.len == 0 || name.len >= ZONE_NAME_MAX) {
        return;
    }
    /* A city without its continent is the usual mistake. */
    size_t slash = str_find_byte(name, '/', 0);
    struct str city = slash == SIZE_MAX ? name : str_slice(name, slash + 1, name.len);
    size_t steps = distance(wanted, name);
    size_t short_steps = distance(wanted, city) + 1;
    steps = short_steps < steps ? short_steps : steps;
    if (steps < n->steps) {
        n->steps = steps;
        (void)snprintf(n->name, sizeof(n->name), "%.*s", STR_FMT(name));
    }
}

/* Names the zone in zone.tab (third column) that is nearest in spelling. */
static void hint_nearest(struct str wanted, struct err *e)
{
    struct nearest n = {SIZE_MAX, ""};
    struct buf tab = {0};
    if (!e || wanted.len >= ZONE_NAME_MAX) {
        err_hint(e, "use a name such as Asia/Shanghai, UTC or +08:00");
        return;
    }
    consider(&n, wanted, STR("Asia/Shanghai"));
    consider(&n, wanted, STR("UTC"));
    if (read_file(ZONE_DIR "zone.tab", &tab) == RC_OK) {
        for (struct str rest = buf_str(&tab); rest.len;) {
            struct str line = str_cut(&rest, '\n');
            if (!str_starts(line, STR("#"))) {
                (void)str_cut(&line, '\t');
                (void)str_cut(&line, '\t');
                consider(&n, wanted, str_cut(&line, '\t'));
            }
        }
    }
    buf_release(&tab);
    err_hint(e, "did you mean %s?", n.name);
}

static enum rc open_file(struct str name, struct zone *z, struct err *e)
{
    char path[sizeof(ZONE_DIR) + ZONE_NAME_MAX];
    struct buf file = {0};
    (void)snprintf(path, sizeof(path), ZONE_DIR "%.*s", STR_FMT(name));
    enum rc rc = read_file(path, &file);
    if (rc == RC_OK && !zone_read_tzif(z, buf_str(&file))) {
        rc = rc_fail(e, RC_CORRUPT, "the time zone file %s is broken", path);
        err_hint(e, "install the package tzdata again");
    } else if (rc == RC_MISSING && str_eq(name, STR("Asia/Shanghai"))) {
        zone_add_shanghai(z);
        rc = RC_OK;
    } else if (rc) {
        rc = rc_fail(e, RC_MISSING, "there is no time zone \"%.*s\"", STR_FMT(name));
        hint_nearest(name, e);
    }
    buf_release(&file);
    return rc;
}

enum rc zone_open(struct str name, struct zone **out, struct err *e)
{
    int32_t offset = 0;
    if (str_eq(name, STR("UTC")) || fixed_offset(name, &offset)) {
        *out = zone_make(name, offset);
        return RC_OK;
    }
    if (!name_is_safe(name)) {
        struct str shown = str_slice(name, 0, 80);
        enum rc rc = rc_fail(e, RC_MISSING, "there is no time zone \"%.*s\"", STR_FMT(shown));
        hint_nearest(name, e);
        return rc;
    }
    struct zone *z = zone_make(name, 0);
    enum rc rc = open_file(name, z, e);
    if (rc) {
        zone_free(z);
        return rc;
    }
    *out = z;
    return RC_OK;
}

/* --- Questions ----------------------------------------------------------------------------- */

/* How many transitions are at or before ms; also the place of the offset then. */
static int place(const struct zone *z, int64_t ms)
{
    int low = 0;
    int high = z->count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (z->at_ms[middle] <= ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int64_t offset_ms(const struct zone *z, int i) { return z->offset_s[i] * 1000LL; }

int32_t zone_offset_s(const struct zone *z, int64_t ms) { return z->offset_s[place(z, ms)]; }

static void fill_cache(const struct zone *z, struct zone_cache *c, int64_t ms)
{
    int i = place(z, ms);
    c->from_ms = i ? z->at_ms[i - 1] : INT64_MIN;
    c->to_ms = i < z->count ? z->at_ms[i] : INT64_MAX;
    c->offset_ms = offset_ms(z, i);
}

int32_t zone_day(const struct zone *z, struct zone_cache *c, int64_t ms)
{
    if (ms < c->from_ms || ms >= c->to_ms) {
        fill_cache(z, c, ms);
    }
    int64_t local = ms + c->offset_ms;
    int64_t day = local / DAY_MS;
    return (int32_t)(day - (local - day * DAY_MS < 0));
}

/* The instant of a wall time. `gap_end` (may be NULL) is set to the transition whose gap swallows
 * that wall time, else left alone. */
static int64_t from_local(const struct zone *z, int64_t local_ms, int64_t *gap_end)
{
    for (int i = place(z, local_ms - OFFSET_MAX_MS);; i++) {
        int64_t t = local_ms - offset_ms(z, i);
        if (i == z->count || t < z->at_ms[i]) {
            return t;
        }
        if (local_ms - offset_ms(z, i + 1) < z->at_ms[i]) {
            if (gap_end) {
                *gap_end = z->at_ms[i];
            }
            return t;
        }
    }
}

int64_t zone_from_local(const struct zone *z, int64_t local_ms)
{
    return from_local(z, local_ms, NULL);
}

int64_t zone_day_start(const struct zone *z, int32_t day)
{
    int64_t gap_end = INT64_MIN;
    int64_t t = from_local(z, day * DAY_MS, &gap_end);
    return gap_end == INT64_MIN ? t : gap_end;
}
