#include "app/backups.h"
#include "base/day.h"

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

/* Names end with the time, and a brand's begin alike: in order of name they are in order of time. */
enum rc backups_list(const struct pond *p, struct str brand, uint32_t most, struct arena *a,
                     struct backup_seen **out, uint32_t *len, struct err *e)
{
    const char *dir = disk_path(a, p->data_dir, "backups");
    struct str *names = NULL, of = STR_NULL;
    size_t n = 0;
    enum rc rc = disk_exists(dir) ? disk_list(a, dir, &names, &n, e) : RC_OK;
    *out = arena_array(a, struct backup_seen, n + 1);
    *len = 0;
    for (size_t i = n; !rc && i-- > 0 && (!most || *len < most);) {
        struct backup_seen s = {.name = names[i], .made_ms = made_when(names[i])};
        s.path = str_of(disk_path(a, dir, arena_cstr(a, names[i])));
        if (!backup_look(s.path.ptr, p->disk, a, &of, &s.sum, NULL) && str_eq(of, brand)) {
            (*out)[(*len)++] = s;
        }
    }
    return rc;
}
