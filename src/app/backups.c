#include "app/backups.h"
#include <stdlib.h>
#include "base/day.h"
#include "wire/json.h"

#define NOTE_FILE "backup.json"
#define NOTE_MAX 65536

/* When it was made, by its name: BRAND-20261122T104500Z. 0: the name says nothing of the kind. */
static int64_t made_when(struct str name)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:ddZ";
    char text[sizeof(shape)];
    int64_t ms = 0;
    size_t at = name.len >= 16 ? name.len - 16 : name.len;
    for (size_t i = 0; i + 1 < sizeof(shape); i++) {
        bool written = shape[i] == '-' || shape[i] == ':'; /* the name has none of these */
        text[i] = written ? shape[i] : at < name.len ? name.ptr[at++] : '?';
    }
    return time_parse(str_make(text, sizeof(shape) - 1), NULL, &ms) ? ms : 0;
}

static int compare_newest(const void *a, const void *b)
{
    const struct backup_seen *x = a, *y = b;
    return x->made_ms != y->made_ms ? (x->made_ms < y->made_ms) - (x->made_ms > y->made_ms)
                                    : str_cmp(y->name, x->name);
}

enum rc backups_list(const struct pond *p, struct str brand, uint32_t most, struct arena *a,
                     struct backup_seen **out, uint32_t *len, struct err *e)
{
    const char *dir = disk_path(a, p->data_dir, "backups");
    struct str *names = NULL, of = STR_NULL;
    size_t n = 0;
    enum rc rc = disk_exists(dir) ? disk_list(a, dir, &names, &n, e) : RC_OK;
    struct backup_seen *list = arena_array(a, struct backup_seen, n + 1);
    *out = list;
    *len = 0;
    for (size_t i = 0; i < n; i++) {
        list[i] =
            (struct backup_seen){.name = names[i],
                                 .path = str_of(disk_path(a, dir, arena_cstr(a, names[i]))),
                                 .made_ms = made_when(names[i])};
    }
    qsort(list, n, sizeof(*list), compare_newest);
    for (size_t i = 0; i < n && (!most || *len < most); i++) {
        struct backup_seen s = list[i];
        if (!backup_look(s.path.ptr, p->disk, a, &of, &s.sum, NULL) && str_eq(of, brand)) {
            list[(*len)++] = s;
        }
    }
    return rc;
}

/* ---- elsewhere ---- */

static const char *note_path(const struct pond *p, struct str brand, struct arena *a)
{
    return disk_path(a, disk_path(a, p->data_dir, arena_cstr(a, brand)), NOTE_FILE);
}

enum rc backups_note(const struct pond *p, struct str brand, int64_t made_ms, struct str place,
                     struct err *e)
{
    struct arena *a = arena_new();
    struct buf b = {0};
    struct json j;
    json_init(&j, &b);
    json_begin_object(&j);
    json_put_i64(&j, "made_ms", made_ms);
    json_put_text(&j, "place", place);
    json_end_object(&j);
    buf_add_byte(&b, '\n');
    enum rc rc = disk_put(p->disk, note_path(p, brand, a), buf_str(&b), 0600, e);
    buf_release(&b);
    arena_free(a);
    return rc;
}

static void read_note(const struct pond *p, struct str brand, struct arena *a,
                      struct backup_last *out)
{
    struct buf b = {0};
    struct json_flat f;
    struct json_reader *r = json_reader_new(NULL);
    enum rc rc = disk_get(p->disk, note_path(p, brand, a), NOTE_MAX, &b, NULL);
    rc = rc ? rc : json_flat(r, str_trim(buf_str(&b)), &f, NULL);
    const struct json_value *made = rc ? NULL : json_find(&f, STR("made_ms"));
    const struct json_value *place = rc ? NULL : json_find(&f, STR("place"));
    if (made && place && str_i64(made->value, &out->made_ms)) {
        out->place = arena_str(a, place->value);
    }
    json_reader_free(r);
    buf_release(&b);
}

enum rc backups_last(const struct pond *p, struct str brand, struct arena *a,
                     struct backup_last *out, struct err *e)
{
    struct backup_seen *list = NULL;
    uint32_t len = 0;
    *out = (struct backup_last){0};
    read_note(p, brand, a, out);
    enum rc rc = backups_list(p, brand, 1, a, &list, &len, e);
    if (!rc && len && list[0].made_ms && list[0].made_ms >= out->made_ms) {
        *out = (struct backup_last){list[0].made_ms, list[0].path};
    }
    return rc;
}
