#include "wire/yaml.h"

#include "base/buf.h"
#include "tap.h"

static void test_tree(void)
{
    struct arena *a = arena_new();
    struct yaml *y = NULL;
    struct err e;
    TEST("maps, lists and scalars with their places") {
        CHECK(yaml_parse(a,
                         STR("# model\nname: aipl\nstages:\n  - name: 认知\n    days: 15\n"
                             "  - {name: \"interest\", on: yes}\nempty:\nnull: ~\nratio: 0.5\n"
                             "text: |\n  two\n  lines\n"),
                         LANG_EN, &y, &e) == RC_OK);
        CHECK(y->kind == YAML_MAP);
        CHECK_EQ_I64(y->count, 6);
        CHECK_STR(yaml_get(y, "name")->text, STR("aipl"));
        const struct yaml *stages = yaml_get(y, "stages");
        CHECK(stages->kind == YAML_LIST && stages->count == 2);
        CHECK_STR(yaml_get(stages->first, "name")->text, STR("认知"));
        CHECK_EQ_I64(yaml_get(stages->first, "days")->line, 5);
        CHECK_EQ_I64(yaml_get(stages->first, "days")->column, 11);
        CHECK(yaml_get(stages->first->next, "name")->quoted);
        CHECK_STR(yaml_get(y, "empty")->text, STR(""));
        CHECK_STR(yaml_get(y, "null")->text, STR(""));
        CHECK_STR(yaml_get(y, "text")->text, STR("two\nlines\n"));
        CHECK(yaml_get(y, "none") == NULL && yaml_get(NULL, "x") == NULL);
        CHECK(yaml_get(stages, "x") == NULL);
    }
    TEST("typed values") {
        int64_t i = 7;
        double d = 0;
        bool b = false;
        const struct yaml *first = yaml_get(y, "stages")->first;
        CHECK(yaml_i64(yaml_get(first, "days"), &i) && i == 15);
        CHECK(!yaml_i64(yaml_get(first, "name"), &i) && i == 15);
        CHECK(yaml_f64(yaml_get(y, "ratio"), &d) && d == 0.5);
        CHECK(yaml_bool(yaml_get(first->next, "on"), &b) && b);
        CHECK(!yaml_bool(yaml_get(first->next, "name"), &b) && !yaml_bool(NULL, &b));
        CHECK(yaml_fail(first, &e, LANG_EN, "no %s", "没有 %s", "rule") == RC_INVALID);
        CHECK_CSTR(e.msg, "line 4, column 5: no rule");
    }
    TEST("a place is told and found in both languages") {
        uint32_t line = 0, column = 0;
        struct str why = STR_NULL;
        const struct yaml *first = yaml_get(y, "stages")->first;
        for (int zh = 0; zh < 2; zh++) {
            (void)yaml_fail(first, &e, zh ? LANG_ZH : LANG_EN, "no %s", "没有 %s", "when");
            CHECK(yaml_place(&e, &line, &column, &why) && line == 4 && column == 5);
            CHECK_STR(why, zh ? STR("没有 when") : STR("no when"));
        }
        CHECK_CSTR(e.msg, "第 4 行第 5 列：没有 when");
        CHECK(yaml_fail(NULL, &e, LANG_ZH, "no", "没有") == RC_INVALID);
        CHECK_CSTR(e.msg, "没有");
        CHECK(!yaml_place(&e, &line, &column, &why));
    }
    TEST("an empty document is an empty map") {
        CHECK(yaml_parse(a, STR(""), LANG_EN, &y, &e) == RC_OK && y->kind == YAML_MAP &&
              y->count == 0);
        CHECK(yaml_parse(a, STR("# only\n"), LANG_EN, &y, &e) == RC_OK && y->count == 0);
        CHECK(yaml_parse(a, STR("- 1\n- 2\n"), LANG_EN, &y, &e) == RC_OK &&
              y->kind == YAML_LIST);
    }
    arena_free(a);
}

static void refuse(const char *text, enum rc rc, const char *msg)
{
    struct arena *a = arena_new();
    struct yaml *y;
    struct err e = {0};
    CHECK_EQ_I64(yaml_parse(a, str_of(text), LANG_EN, &y, &e), rc);
    if (msg) {
        CHECK_CSTR(e.msg, msg);
    }
    arena_free(a);
}

static void refuse_zh(const char *text, const char *msg)
{
    struct arena *a = arena_new();
    struct yaml *y;
    struct err e = {0};
    CHECK(yaml_parse(a, str_of(text), LANG_ZH, &y, &e) != RC_OK);
    if (!CHECK(strstr(e.msg, msg) != NULL)) {
        printf("# %s: %s\n", text, e.msg);
    }
    arena_free(a);
}

static void test_refusals(void)
{
    TEST("what we do not use is refused with its place") {
        refuse("a: &x 1\nb: *x\n", RC_INVALID,
               "line 1, column 4: anchors and aliases are not used here");
        refuse("b: *x\n", RC_INVALID,
               "line 1, column 4: anchors and aliases are not used here");
        refuse("a: !!int 1\n", RC_INVALID, "line 1, column 4: tags are not used here");
        refuse("a: 1\n---\nb: 2\n", RC_INVALID, "line 2, column 1: more than one document");
        refuse("a: 1\nb: 2\na: 3\n", RC_INVALID, "line 3, column 1: \"a\" is given twice");
        refuse("? [a]\n: 1\n", RC_INVALID, "line 1, column 3: a key must be plain text");
    }
    TEST("broken YAML") {
        refuse("a: [1, 2\n", RC_INVALID, NULL);
        refuse("a: 'x\n", RC_INVALID, NULL);
        refuse("\ta: 1\n", RC_INVALID, NULL);
        refuse("a: b: c\n", RC_INVALID, NULL);
        refuse("a: \xFF\n", RC_INVALID, NULL);
        refuse("}{", RC_INVALID, NULL);
    }
    TEST("and in Chinese") {
        refuse_zh("a: &x 1\n", "第 1 行第 4 列：此处不使用锚点与别名");
        refuse_zh("a: !!int 1\n", "第 1 行第 4 列：此处不使用标签");
        refuse_zh("a: 1\n---\nb: 2\n", "第 2 行第 1 列：不止一个文档");
        refuse_zh("a: 1\nb: 2\na: 3\n", "第 3 行第 1 列：\"a\" 重复");
        refuse_zh("? [a]\n: 1\n", "键必须是普通文本");
        refuse_zh("a: [1, 2\n", "此处应为逗号或");
        refuse_zh("a: {b: 1\nc: 2\n", "此处应为逗号或");
        refuse_zh("a: 'x\n", "引号没有闭合");
        refuse_zh("a:\n\t- 1\n", "制表符");
        refuse_zh("a: b: c\n", "此处不能出现 \"键: 值\"");
        refuse_zh("a: \xFF\n", "不是 UTF-8 文本");
        refuse_zh("a: 1\nb\nc: 2\n", "键后缺少冒号");
        refuse_zh("a: 1\n b: 2\n", "第 2 行");
    }
    TEST("limits") {
        struct buf b = {0};
        for (int i = 0; i < 40; i++) {
            buf_add(&b, STR("["));
        }
        refuse(buf_cstr(&b), RC_TOO_LARGE, NULL);
        buf_clear(&b);
        for (uint32_t i = 0; i < YAML_MAX_NODES + 5; i++) {
            buf_add(&b, STR("- 1\n"));
        }
        refuse(buf_cstr(&b), RC_TOO_LARGE, NULL);
        while (b.len <= YAML_MAX_BYTES) {
            buf_add(&b, STR("# long\n"));
        }
        refuse(buf_cstr(&b), RC_TOO_LARGE, NULL);
        buf_release(&b);
    }
}

int main(void)
{
    test_tree();
    test_refusals();
    return tap_end();
}
