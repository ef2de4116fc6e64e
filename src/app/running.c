#include "app/running.h"

#include "wire/json.h"

#define FILE_NAME "serve.json"
#define FILE_MAX 65536

enum rc running_write(const struct pond *p, struct str json, struct err *e)
{
    struct arena *a = arena_new();
    enum rc rc = disk_put(p->disk, disk_path(a, p->data_dir, FILE_NAME), json, 0644, e);
    arena_free(a);
    return rc;
}

void running_remove(const struct pond *p)
{
    struct arena *a = arena_new();
    (void)p->disk->ops->unlink(p->disk, disk_path(a, p->data_dir, FILE_NAME), NULL);
    arena_free(a);
}

struct str running_address(const struct pond *p, struct arena *a)
{
    struct buf b = {0};
    struct json_flat f;
    struct json_reader *r = json_reader_new(NULL);
    enum rc rc = disk_get(p->disk, disk_path(a, p->data_dir, FILE_NAME), FILE_MAX, &b, NULL);
    rc = rc ? rc : json_flat(r, str_trim(buf_str(&b)), &f, NULL);
    const struct json_value *v = rc ? NULL : json_find(&f, STR("address"));
    struct str address = v ? arena_str(a, v->value) : STR_NULL;
    json_reader_free(r);
    buf_release(&b);
    return address;
}
