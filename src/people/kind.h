/* Identity kinds and the rule table of One-ID.
 *
 * A rule says for one kind: its priority (1 = strongest; the strongest identity of an event owns
 * the event), its strength, how many consumers one identity of it may be seen with before it is
 * shared and stops joining (cap, 0 = no limit), and how many of it one consumer may have (max,
 * 0 = any number). The table is in the ledger (people_identity_rule), changes re-solve everything.
 *
 *   strong  joins
 *   weak    joins after every strong link, and only while it is not shared
 *   never   never joins (ip)
 *
 * An openid is a kind of its own for each app: "openid@wx12ab"; its rule is that of "openid".
 * Unknown kinds are welcome (crm_id ...): they get codes in order of appearance and the rule of
 * "other". Codes of the standard kinds are fixed for ever.
 */
#ifndef POND_PEOPLE_KIND_H
#define POND_PEOPLE_KIND_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/hash.h"
#include "base/rc.h"
#include "base/str.h"

enum strength { STRENGTH_STRONG, STRENGTH_WEAK, STRENGTH_NEVER };

struct kind_rule {
    uint16_t priority;
    enum strength strength;
    uint32_t cap;  /* consumers one such identity may be seen with; 0 = no limit */
    uint32_t max;  /* such identities a consumer may have; 0 = any number        */
    bool personal; /* sealed at rest, masked on screens                          */
};

#define KIND_MAX 250
#define KIND_VALUE_MAX 256 /* bytes of a canonical value */
/* Fixed for ever: stored in logs, checkpoints and the lake. Own kinds count from KIND_OWN_FIRST. */
enum {
    KIND_NONE = 0,
    KIND_MEMBER_NO = 1,
    KIND_UNIONID = 2,
    KIND_EXTERNAL_USERID = 3,
    KIND_PHONE = 4,
    KIND_USER_ID = 5,
    KIND_OPENID = 6,
    KIND_EMAIL = 7,
    KIND_TAOBAO_OUID = 8,
    KIND_TAOBAO_NAME = 9, /* 买家会员名 */
    KIND_DOUYIN_OPENID = 10,
    KIND_JD_PIN = 11,
    KIND_KUAISHOU_OPENID = 12,
    KIND_XHS_ID = 13,
    KIND_DEVICE = 20,
    KIND_COOKIE = 21,
    KIND_ANONYMOUS_ID = 22,
    KIND_IP = 30,
    KIND_OTHER = 31,
    KIND_OWN_FIRST = 64
};

struct kind_table; /* the names and rules in force for one brand */

struct kind_table *kind_table_new(void); /* standard kinds, default rules */
void kind_table_free(struct kind_table *t);
uint8_t kind_find(const struct kind_table *t, struct str name); /* 0 when unknown */
/* The code of a standard kind; 0 for any other name. Needs no table, so no lock where others add kinds. */
uint8_t kind_standard(struct str name);
/* Adds an own kind. RC_INVALID unless [a-z0-9_]{1,32} with an optional @suffix of 1..64 printable
 * bytes; RC_TOO_LARGE behind KIND_MAX kinds. */
enum rc kind_intern(struct kind_table *t, struct str name, uint8_t *kind, struct err *e);
struct str kind_name(const struct kind_table *t, uint8_t kind);
uint32_t kind_len(const struct kind_table *t);                  /* highest code + 1 */
const struct kind_rule *kind_rules(const struct kind_table *t); /* indexed by kind */
/* Ranks by kind, for batch_owner: 1.. by (priority, name), no two alike. So which identity owns an event
 * does not depend on the order in which own kinds appeared. */
const uint16_t *kind_priorities(const struct kind_table *t);
/* Sets a rule by kind name; it holds for the kind's suffixed forms too ("openid" for every
 * "openid@..."), and for own kinds that have not appeared yet. "other" is the rule of all own kinds
 * without a rule. RC_INVALID for impossible values (priority 1..999) and malformed names. */
enum rc kind_set_rule(struct kind_table *t, struct str name, struct kind_rule rule,
                      struct err *e);

/* The canonical form of a value, in the arena: trimmed, full-width digits as ASCII ones (all
 * full-width forms in phones and e-mails), a phone without spaces, dashes and +86/0086 (other
 * countries as +NUMBER), an e-mail in lower case, "17850.0" from a spreadsheet's number column as
 * "17850" and 1.3800138123E+10 as 13800138123 (kinds user_id, member_no, phone).
 *
 * RC_MISSING  the value means "none": empty, null, none, nan, n/a, undefined, -, \N, 无; zeros for a
 *             phone or a device; a phone with *. The identity is then simply absent.
 * RC_INVALID  with the reason: longer than 256 bytes, control bytes, not UTF-8, a phone that is no
 *             number of 5..15 digits, an e-mail without @, a number whose digits a spreadsheet has
 *             rounded away (1.38E+10: guessing would join strangers). */
enum rc kind_canonical(uint8_t kind, struct str raw, struct arena *a, struct str *out,
                       struct err *e);

/* Keyed hash of (kind name, value): the dictionary's key. The kind's family and suffix count, not
 * its code, so the hash does not depend on the order in which own kinds appeared. */
struct hash128 identity_hash(struct hash_key key, struct str kind_name, struct str value);

/* What screens and exports show of a value: personal ones masked (138****5678, z***@qq.com), others
 * whole. In the arena. */
struct str kind_mask(const struct kind_table *t, uint8_t kind, struct str value,
                     struct arena *a);

#endif
