/* The operation rows of every module, listed in app/ops.c. */
#ifndef POND_APP_MODULES_H
#define POND_APP_MODULES_H

#include "wire/op.h"

extern const struct op_module
    pond_module; /* init, verify, version ...       app/ops_pond.c     */
extern const struct op_module
    report_module; /* report ...                      app/ops_report.c   */
extern const struct op_module
    consumer_module; /* consumer ...                    app/ops_consumer.c */
extern const struct op_module
    who_module; /* who ...                         app/ops_who.c      */
extern const struct op_module
    crowd_module; /* crowd ...                     app/ops_crowd.c    */
extern const struct op_module
    tag_module; /* tag ...                         app/ops_tag.c      */
extern const struct op_module
    model_module; /* model ...                       app/ops_model.c    */
extern const struct op_module
    rules_module; /* rules ..., events ...           app/ops_rules.c    */
extern const struct op_module
    keep_module; /* backup, restore, lake           app/ops_keep.c     */
extern const struct op_module
    clv_module; /* analyze clv                     app/ops_clv.c      */
extern const struct op_module
    rfm_module; /* analyze rfm, rfm names          app/ops_rfm.c      */
extern const struct op_module
    purchase_module; /* analyze repurchase ...      app/ops_analyze_purchase.c */
extern const struct op_module
    analyze_module; /* analyze funnel, retention    app/ops_analyze.c  */
extern const struct op_module
    path_module; /* analyze path, distribution      app/ops_analyze_path.c */
extern const struct op_module
    growth_module; /* report fast, report growth      app/ops_growth.c   */
extern const struct op_module
    attribution_module; /* analyze attribution             app/ops_attribution.c */
extern const struct op_module
    metric_module; /* report metrics, loop           app/ops_metric.c   */
extern const struct op_module
    saved_module; /* saved create, list ...          app/ops_saved.c    */
extern const struct op_module
    mapping_module; /* mapping list, rename, delete  app/ops_mapping.c */
extern const struct op_module
    status_module; /* status                          app/ops_status.c   */
extern const struct op_module
    score_module; /* score list, score drop          app/ops_score.c    */
extern const struct op_module
    reject_module; /* reject list, reject show      app/ops_reject.c   */
extern const struct op_module
    hook_module; /* hook list, hook secret          app/ops_hook.c     */
extern const struct op_module
    serve_module; /* serve, tail                     serve/ops.c        */
extern const struct op_module
    key_module; /* key create, list, revoke          app/ops_access.c   */
extern const struct op_module
    user_module; /* user add ..., owner link         app/ops_user.c     */
extern const struct op_module
    audit_module; /* audit list, verify, head        app/ops_audit.c    */

/* Rows of the files that bring data in (app/import_ops.c, app/sample_ops.c). Like every list of
 * rows they end with one whose name is NULL, which the lengths do not count. */
extern const struct op import_ops[];
extern const int import_ops_len;
extern const struct op sample_ops[];
extern const int sample_ops_len;

#endif
