/* The list of all operations: modules in the order of help. */
#include "app/ops.h"
#include "app/modules.h"

static const struct op_module import_module = {"import", "Data in", "导入数据", import_ops};
static const struct op_module sample_module = {"sample", "Sample data", "示例数据", sample_ops};

const struct op_book *ops_book(void)
{
    /* clang-format off */
    static const struct op_module *const modules[] = {
        &pond_module,
        &status_module,
        &import_module,
        &mapping_module,
        &sample_module,
        &report_module,
        &metric_module,
        &consumer_module,
        &who_module,
        &tag_module,
        &crowd_module,
        &analyze_module,
        &purchase_module,
        &path_module,
        &clv_module,
        &rfm_module,
        &score_module,
        &growth_module,
        &attribution_module,
        &saved_module,
        &model_module,
        &rules_module,
        &keep_module,
        &serve_module,
        &hook_module,
        &reject_module,
        &key_module,
        &user_module,
        &audit_module,
        NULL,
    };
    static const struct op_book book = {modules};
    return &book;
}
