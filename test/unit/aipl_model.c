/* Stage models: the presets, and mistakes with their place. */
#include "unit/tap.h"

#include "aipl/model.h"
#include "aipl/presets.h"

static void test_presets(void)
{
    static const char *const names[] = {"aipl", "aipl-databank", "5a", "4a"};
    static const uint32_t stages[] = {5, 5, 6, 5};
    CHECK_EQ_I64(model_preset_count, 4);
    for (int i = 0; i < 4; i++) {
        struct catalogue *c = catalogue_new();
        struct stage_model *m = NULL;
        struct err e = {0};
        struct str text = STR_NULL;
        CHECK_EQ_I64(stage_model_preset(str_of(names[i]), LANG_EN, &text, &e), RC_OK);
        if (CHECK_EQ_I64(stage_model_parse(text, c, LANG_EN, &m, &e), RC_OK)) {
            CHECK_STR(m->name, str_of(names[i]));
            CHECK_EQ_I64(m->stages_len, stages[i]);
            CHECK_STR(m->stages[0].name, STR("none"));
            CHECK_EQ_I64(m->program->exprs_len, stages[i] - 1);
            CHECK_EQ_I64(catalogue_len(c),
                         EVENT_OWN_FIRST); /* presets name standard events only */
            CHECK(m->title_zh.len && m->stages[1].title_zh.len && m->stages[1].title_en.len);
        } else {
            printf("# %s: %s (%s)\n", names[i], e.msg, e.hint);
        }
        stage_model_free(m);
        catalogue_free(c);
    }
    struct err e = {0};
    struct str text;
    CHECK_EQ_I64(stage_model_preset(STR("aipl2"), LANG_EN, &text, &e), RC_MISSING);
    CHECK(strstr(e.hint, "did you mean aipl?") && strstr(e.hint, "aipl-databank"));
}

/* The default model gives every event the evidence that the catalogue says. */
static void test_default(void)
{
    struct catalogue *c = catalogue_new();
    struct stage_model *m = NULL;
    struct str text = STR_NULL;
    CHECK_EQ_I64(stage_model_preset(STR("aipl"), LANG_EN, &text, NULL), RC_OK);
    CHECK_EQ_I64(stage_model_parse(text, c, LANG_EN, &m, NULL), RC_OK);
    const struct evidence_plan *p = stage_model_plan(m);
    for (uint16_t code = 1; code < EVENT_OWN_FIRST; code++) {
        const struct event_def *d = catalogue_def(c, code);
        if (d) {
            bool on = d->evidence != EVIDENCE_NONE && d->evidence != EVIDENCE_REFUND &&
                      d->evidence != EVIDENCE_STATUS_OFF;
            CHECK_EQ_I64(p->on[code] != 0, on);
            CHECK_EQ_I64(p->off[code] != 0, d->evidence == EVIDENCE_STATUS_OFF);
        }
    }
    CHECK_EQ_I64(p->len, 10); /* A, I, 4 statuses, purchase, review, share, referral */
    CHECK_EQ_I64(m->program->atoms_len, 11);
    stage_model_free(m);
    catalogue_free(c);
}

/* clang-format off */
static const struct {
    const char *text, *msg, *hint;
} wrongs[] = {
    {"", "no name", "name:"},
    {"[]", "a stage model is a map", "stages"},
    {"name: x\n", "the model has no stages", "a list"},
    {"name: x\nstages: []\n", "the model has no stages", "a list"},
    {"name: X Y\nstages: []\n", "line 1, column 7: \"X Y\" is no name", "small letters"},
    {"name: x\nstage: []\n", "unknown key \"stage\"", "did you mean stages?"},
    {"name: x\nstages:\n  - did purchase\n", "line 3, column 5: a stage is a map", "name"},
    {"name: x\nstages:\n  - when: did purchase\n", "line 3, column 5: the stage has no name", "name:"},
    {"name: x\nstages:\n  - name: a\n", "stage a has no rule", "when:"},
    {"name: x\nstages:\n  - name: a\n    whn: did purchase\n", "unknown key \"whn\"", "did you mean when?"},
    {"name: x\nstages:\n  - name: none\n    when: did purchase\n", "two stages are named none", "those without"},
    {"name: x\nstages:\n  - {name: a, when: did purchase}\n  - {name: a, when: did review}\n",
     "line 4, column 5: two stages are named a", "another name"},
    {"name: x\nstages:\n  - name: a\n    when: did purchse\n",
     "line 4, column 15: stage a: unknown event \"purchse\"", "did you mean purchase?"},
    {"name: x\nstages:\n  - name: a\n    when: |\n      did review\n      or did purchse\n",
     "stage a: line 2, column 8: unknown event", "did you mean purchase?"},
    {"name: x\nstages:\n  - name: a\n    when: did purchase\n    title: [1]\n", "a title is a text", "zh"},
    {"name: x\nname: y\n", "line 2", ""},
    {"name: x\nstages:\n  - {name: a, when: did purchase}\n  - {name: b, when: did purchase}\n"
     "  - {name: c, when: did purchase}\n  - {name: d, when: did purchase}\n  - {name: e, when: did purchase}\n"
     "  - {name: f, when: did purchase}\n  - {name: g, when: did purchase}\n  - {name: h, when: did purchase}\n",
     "at most 7", "join"},
};
static const struct {
    const char *text, *msg, *hint;
} wrongs_zh[] = {
    {"", "模型缺少名称 name", "请加一行 \"name: ...\""},
    {"[]", "第 1 行第 1 列：阶段模型应由 name, stages 等键组成", "开头写"},
    {"name: x\n", "第 1 行第 1 列：模型缺少阶段 stages", "从低到高"},
    {"name: X Y\nstages: []\n", "第 1 行第 7 列：\"X Y\" 不能作模型的名称 name", "1 到 40 个小写字母"},
    {"name: [x]\nstages: []\n", "第 1 行第 7 列：模型的名称 name 应为一个文本", "小写字母"},
    {"name: x\nstage: []\n", "第 2 行第 8 列：没有 \"stage\" 这个键", "您是想写 stages 吗？"},
    {"name: x\nstages: []\nowner: me\n", "没有 \"owner\" 这个键", "模型的键：name、title、stages"},
    {"name: x\nstages:\n  - did purchase\n", "第 3 行第 5 列：阶段应由 name, when 等键组成", "when: did"},
    {"name: x\nstages:\n  - when: did purchase\n", "第 3 行第 5 列：阶段缺少名称 name", "请加一行"},
    {"name: x\nstages:\n  - name: a\n", "第 3 行第 5 列：阶段 a 缺少规则 when", "请加一行 \"when: did ... in 15d\""},
    {"name: x\nstages:\n  - name: none\n    when: did purchase\n", "有两个阶段的名称 name 都是 none", "不属于任何阶段"},
    {"name: x\nstages:\n  - {name: a, when: did purchase}\n  - {name: a, when: did review}\n",
     "第 4 行第 5 列：有两个阶段的名称 name 都是 a", "请换一个名称"},
    {"name: x\nstages:\n  - name: a\n    when: did purchse\n",
     "第 4 行第 15 列：阶段 a 的规则：未知事件 \"purchse\"", "您是想写 purchase 吗？"},
    {"name: x\nstages:\n  - name: a\n    when: |\n      did review\n      or did purchse\n",
     "阶段 a 的规则：第 2 行第 8 列：", "您是想写 purchase 吗？"},
    {"name: x\nstages:\n  - name: a\n    when: did purchase\n    title: [1]\n", "标题 title 应为一个文本，或中英文各一个", "zh"},
    {"name: x\nstages:\n  - name: a\n    when: gmv >= 5\n", "第 4 行第 11 列：阶段 a 的规则：", "阶段规则由"},
    {"name: x\nname: y\n", "第 2 行第 1 列：\"name\" 重复", ""},
    {"name: x\nstages:\n  - name: a\n   when: did purchase\n", "第 4 行", ""},
    {"name: x\nstages:\n  - {name: a, when: did purchase}\n  - {name: b, when: did purchase}\n"
     "  - {name: c, when: did purchase}\n  - {name: d, when: did purchase}\n  - {name: e, when: did purchase}\n"
     "  - {name: f, when: did purchase}\n  - {name: g, when: did purchase}\n  - {name: h, when: did purchase}\n",
     "stages 有 8 个阶段，最多 7 个", "请合并"},
};
/* clang-format on */

static void test_wrong_zh(void)
{
    struct err e = {0};
    struct str text;
    for (size_t i = 0; i < sizeof(wrongs_zh) / sizeof(wrongs_zh[0]); i++) {
        struct catalogue *c = catalogue_new();
        struct stage_model *m = NULL;
        e = (struct err){0};
        enum rc rc = stage_model_parse(str_of(wrongs_zh[i].text), c, LANG_ZH, &m, &e);
        if (!CHECK(rc == RC_INVALID && !m && strstr(e.msg, wrongs_zh[i].msg) &&
                   strstr(e.hint, wrongs_zh[i].hint))) {
            printf("# %s\n# %s\n# %s\n", wrongs_zh[i].text, e.msg, e.hint);
        }
        catalogue_free(c);
    }
    CHECK_EQ_I64(stage_model_preset(STR("aipl2"), LANG_ZH, &text, &e), RC_MISSING);
    CHECK_CSTR(e.msg, "没有名为 \"aipl2\" 的阶段模型");
    CHECK(strstr(e.hint, "您是想写 aipl 吗？预置模型：4a、5a、") != NULL);
}

static void test_wrong(void)
{
    for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
        struct catalogue *c = catalogue_new();
        struct stage_model *m = NULL;
        struct err e = {0};
        enum rc rc = stage_model_parse(str_of(wrongs[i].text), c, LANG_EN, &m, &e);
        if (!CHECK(rc == RC_INVALID && !m && strstr(e.msg, wrongs[i].msg) &&
                   strstr(e.hint, wrongs[i].hint))) {
            printf("# %s\n# %s\n# %s\n", wrongs[i].text, e.msg, e.hint);
        }
        catalogue_free(c);
    }
}

static void test_own_events(void)
{
    struct catalogue *c = catalogue_new();
    struct stage_model *m = NULL;
    struct err e = {0};
    CHECK_EQ_I64(stage_model_parse(STR("name: own\ntitle: 自己\nstages:\n  - name: tested\n"
                                       "    when: did `皮肤测试` in 30d\n"),
                                   c, LANG_EN, &m, &e),
                 RC_OK);
    CHECK_EQ_I64(catalogue_find(c, STR("皮肤测试")), EVENT_OWN_FIRST);
    CHECK_STR(m->title_en, STR("自己"));
    CHECK_STR(m->stages[1].title_zh, STR("tested"));
    stage_model_free(m);
    catalogue_free(c);
}

int main(void)
{
    TEST("the four presets compile") {
        test_presets();
    }
    TEST("mistakes are told in Chinese, with line, column, field and what to do") {
        test_wrong_zh();
    }
    TEST("the default model and the catalogue agree") {
        test_default();
    }
    TEST("mistakes are told with their place in the file") {
        test_wrong();
    }
    TEST("own events of a model are added to the catalogue") {
        test_own_events();
    }
    return tap_end();
}
