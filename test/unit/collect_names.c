/* Names of other products: every one leads to a name of the catalogue, and docs/collect.md has them all.
 * With the argument --markdown it prints the tables of docs/collect.md instead. */
#include "collect/names.h"
#include "base/arena.h"
#include "people/catalogue.h"
#include "tap.h"
#include <stdlib.h>

static bool file_ends_with(const char *path, struct str want)
{
    FILE *f = fopen(path, "rb");
    struct buf b = {0};
    size_t n = 1;
    while (f && n) {
        n = fread(buf_room(&b, 65536), 1, 65536, f);
        b.len += n;
    }
    const bool ok = f && str_ends(buf_str(&b), want);
    if (f) {
        (void)fclose(f);
    }
    buf_release(&b);
    return ok;
}

static void test_events(struct names *n)
{
    TEST("names of their tables") {
        CHECK_STR(names_event(n, PRODUCT_SEGMENT, STR("Order Completed"))->name,
                  STR("purchase"));
        CHECK_STR(names_event(n, PRODUCT_POSTHOG, STR("Product Viewed"))->name,
                  STR("item_view"));
        CHECK_STR(names_event(n, PRODUCT_POSTHOG, STR("$pageview"))->name, STR("page_view"));
        CHECK_STR(names_event(n, PRODUCT_SENSORS, STR("$MPViewScreen"))->name,
                  STR("screen_view"));
        CHECK_STR(names_event(n, PRODUCT_THINKING, STR("ta_app_start"))->name, STR("app_open"));
    }
    TEST("each product has its own") {
        const struct named *e = names_event(n, PRODUCT_SEGMENT, STR("$pageview"));
        CHECK_STR(e->name, STR("$pageview"));
        CHECK(!e->standard && !e->columns);
        CHECK_STR(names_event(n, PRODUCT_SENSORS, STR("Product Viewed"))->name,
                  STR("Product Viewed"));
    }
    TEST("names of the catalogue, also written otherwise") {
        const char *const same[] = {"add_cart", "Add Cart", "ADD-CART", " add cart ", "加购"};
        for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
            const struct named *e = names_event(n, PRODUCT_SENSORS, str_of(same[i]));
            CHECK_STR(e->name, STR("add_cart"));
            CHECK(e->columns >> MAP_QUANTITY & 1 && !e->money);
        }
        CHECK_STR(names_event(n, PRODUCT_SENSORS, STR("AddCart"))->name, STR("AddCart"));
        CHECK(names_event(n, PRODUCT_SENSORS, STR("refund"))->money);
    }
    TEST("pieces of a shared product are not people brought") {
        CHECK(
            !(names_event(n, PRODUCT_SEGMENT, STR("Product Shared"))->columns >> MAP_QUANTITY &
              1));
        CHECK(names_event(n, PRODUCT_SEGMENT, STR("share"))->columns >> MAP_QUANTITY & 1);
    }
    TEST("long names, many names, no name") {
        char text[200];
        memset(text, 'x', sizeof(text));
        CHECK_EQ_I64(names_event(n, PRODUCT_SEGMENT, str_make(text, 200))->name.len, 200);
        CHECK_EQ_I64(names_event(n, PRODUCT_SEGMENT, STR_NULL)->name.len, 0);
        for (int i = 0; i < 10000; i++) {
            (void)snprintf(text, sizeof(text), "own %d", i);
            CHECK_STR(names_event(n, PRODUCT_SEGMENT, str_of(text))->name, str_of(text));
        }
        CHECK_STR(names_event(n, PRODUCT_POSTHOG, STR("$screen"))->name, STR("screen_view"));
    }
}

static void test_others(struct names *n)
{
    TEST("traits that are identities, in any spelling") {
        CHECK_STR(names_trait(n, STR("phoneNumber")), STR("phone"));
        CHECK_STR(names_trait(n, STR("wx_unionid")), STR("unionid"));
        CHECK_STR(names_trait(n, STR("openid@wx12")), STR("openid@wx12"));
        CHECK_STR(names_trait(n, STR("手机号")), STR("phone"));
        CHECK(!names_trait(n, STR("phones")).len);
        CHECK(!names_trait(n, STR("")).len);
        CHECK(!names_trait(n, STR("a very long name of a trait that is none")).len);
    }
    TEST("properties") {
        CHECK(names_prop(n, STR("sku"))->field == MAP_ITEM);
        CHECK(!names_prop(n, STR("sk")) && !names_prop(n, STR("")));
        CHECK(!names_prop(n, str_make("item\0x", 6)));
        CHECK(names_channel(n, STR("tmall")) && !names_channel(n, STR("my own")));
    }
}

int main(int argc, char **argv)
{
    struct buf page = {0};
    names_markdown(&page);
    if (argc > 1 && strcmp(argv[1], "--markdown") == 0) {
        (void)fwrite(page.ptr, 1, page.len, stdout);
        buf_release(&page);
        return 0;
    }
    struct names *n = names_new();
    test_events(n);
    test_others(n);
    TEST("every name of the tables leads to one of the catalogue") {
        struct catalogue *c = catalogue_new();
        struct str rest = buf_str(&page);
        uint32_t rows = 0;
        while (rest.len) {
            struct str row = str_cut(&rest, '\n');
            if (!row.len && rows) {
                break;
            }
            if (str_starts(row, STR("| Se")) || str_starts(row, STR("| Po"))) {
                const struct str name = str_slice(row, str_find(row, STR("| `"), 3), row.len);
                const size_t at = str_find(name, STR("| `"), 3) + 3;
                rows++;
                CHECK(catalogue_find(c, str_slice(name, at, name.len - 3)));
            }
        }
        CHECK(rows > 40);
        catalogue_free(c);
    }
    TEST("docs/collect.md ends with the tables (test_collect_names --markdown)") {
        CHECK(file_ends_with("docs/collect.md", buf_str(&page)));
    }
    names_free(n);
    buf_release(&page);
    return tap_end();
}
