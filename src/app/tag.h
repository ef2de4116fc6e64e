/* tag ...: the rows are in app/ops_tag.c with what writes; what reads is in app/ops_tag_show.c, the import of a list in
 * app/tag_import.c, another rule in app/tag_change.c, sizes over time in app/tag_size.c. */
#ifndef POND_APP_TAG_H
#define POND_APP_TAG_H

#include "app/pond.h"
#include "people/consumer.h"
#include "who/tag.h"
#include "wire/op.h"

enum rc tag_list_run(struct op_call *c);
enum rc tag_show_run(struct op_call *c);
enum rc tag_history_run(struct op_call *c);
enum rc tag_import_run(struct op_call *c);
enum rc tag_change_run(struct op_call *c);
enum rc tag_sizes_run(struct op_call *c);

extern const struct op_in tag_change_in[], tag_sizes_in[];
extern const struct op_out tag_sizes_out[];
extern const struct op_out tag_list_out[], tag_show_out[], tag_history_out[], tag_import_out[];

/* The rule that --rule asks for; that --from-event, --field, --last, --most and --in do. Sets source, rule and, for events,
 * kind of *t. RC_INVALID says what is wrong with it. */
enum rc tag_question_asked(struct op_call *c, struct pond *p, struct tag *t);
enum rc tag_event_asked(struct op_call *c, struct pond *p, struct tag *t);
/* Opens the brand to change tags: settled, the rules of today worked out. Closed again when it fails. */
enum rc tag_open(struct op_call *c);
/* The reply about a tag that was made or changed; *consumers: how many carry it, for people. */
enum rc tag_reply(struct op_call *c, struct pond *p, struct str full, struct str *consumers);
/* A rule is worked out at once; RC_INVALID when it cannot be. */
enum rc tag_work_out(struct op_call *c, struct pond *p, const struct tag *t);
/* A stamp of now: what comes in holds for ever. source: "manual" ... */
struct roster_stamp tag_stamp(const struct pond *p, const char *source, struct str note);
/* What a tag's rule says, for people: the question, or "last purchase.category in 90d"; empty without a rule. */
struct str tag_rule_text(const struct op_call *c, const struct tag *t);
/* The part of JSON that every reply about a tag has; an object is open. */
void tag_json(const struct op_call *c, const struct pond *p, struct json *j,
              const struct tag *t);
/* Consumers that carry any value of the tag on a day. */
enum rc tag_consumers(const struct pond *p, const struct tag *t, int32_t day, uint64_t *out,
                      struct err *e);

/* The tags of a consumer for its page, today; `page` is of any identities of one consumer. */
struct tag_page {
    struct tag_held *held;
    struct roster_change *came; /* when and why it carries each */
    uint32_t len;
};
enum rc tag_page_read(struct op_call *c, const struct pond *p, const struct consumer_page *page,
                      struct tag_page *out);
void tag_page_table(struct op_call *c, const struct tag_page *tags);
void tag_page_json(struct json *j, const struct tag_page *tags); /* an array */

#endif
