/* Any bytes as YAML: the tree holds together, limits hold. */
#include "wire/yaml.h"

#include <stdlib.h>

static uint32_t walk(const struct yaml *y, uint32_t depth)
{
    uint32_t count = 0, nodes = 1;
    if (depth > YAML_MAX_DEPTH || y->line == 0 || y->column == 0) {
        abort();
    }
    for (const struct yaml *c = y->first; c; c = c->next) {
        nodes += walk(c, depth + 1);
        count++;
        if (y->kind == YAML_MAP && yaml_get(y, "a") && yaml_get(y, "a")->key.len != 1) {
            abort();
        }
    }
    if (count != y->count || (y->kind == YAML_SCALAR && count > 0)) {
        abort();
    }
    return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct yaml *y = NULL;
    struct err e = {0};
    enum rc rc =
        yaml_parse(a, str_make((const char *)data, size), size % 2 ? LANG_ZH : LANG_EN, &y, &e);
    if (rc == RC_OK && walk(y, 1) > YAML_MAX_NODES + 1) {
        abort();
    }
    if (rc != RC_OK && (e.msg[0] == 0 || (rc != RC_INVALID && rc != RC_TOO_LARGE))) {
        abort();
    }
    arena_free(a);
    return 0;
}
