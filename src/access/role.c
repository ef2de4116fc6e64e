/* Roles and rights: the one table. docs/access.md shows it and a test compares the two. */
#include <inttypes.h>
#include <string.h>

#include "access/access.h"

/* clang-format off */
static const struct right rights[] = {
    {"access.read",    "keys, users and their roles",                     "查看密钥、用户与角色"},
    {"access.write",   "make and end keys and users, the owner's link",   "创建与停用密钥、用户，首位负责人链接"},
    {"audit.read",     "the audit trail and its check",                   "查看并校验审计记录"},
    {"brand.create",   "make a brand",                                    "建立品牌"},
    {"consumer.read",  "consumers, identities masked",                    "查看消费者（身份标识打码）"},
    {"consumer.write", "split and join consumers, undo it",               "拆分、合并消费者及撤销"},
    {"crowd.export",   "take a crowd's list out",                         "导出人群名单"},
    {"crowd.read",     "crowds, their sizes, profiles, overlaps",         "查看人群、规模、画像与重叠"},
    {"crowd.write",    "make, freeze, rename and delete crowds",          "创建、冻结、改名、删除人群"},
    {"data.backup",    "copy the brand to a directory",     "备份品牌"},
    {"data.import",    "bring files in",                                  "导入文件"},
    {"data.read",      "what the lake holds; verify it",                  "查看历史数据段并校验"},
    {"data.restore",   "bring a backup back",                             "恢复备份"},
    {"data.write",     "seal and compact the lake",                       "封存与合并数据段"},
    {"event.read",     "saved mappings of files",                         "查看已存的文件映射"},
    {"event.write",    "send events",                                     "上报事件"},
    {"events.read",    "the catalogue of events",                         "查看事件目录"},
    {"identity.read",  "identities in plain, each look audited",          "查看明文身份标识（每次记入审计）"},
    {"job.read",       "long work and how far it is",                     "查看长任务与进度"},
    {"job.write",      "stop long work",                                  "停止长任务"},
    {"live.read",      "the stream of what happens, identities masked",   "实时事件流（身份标识打码）"},
    {"metrics.read",   "figures of the server, for machines that watch",  "服务运行指标，供监控读取"},
    {"model.read",     "stage models",                                    "查看阶段模型"},
    {"model.write",    "apply a stage model, names of types, kept scores", "应用阶段模型、类型名称、已存评分"},
    {"public",         "what everybody may: help, the version",           "公开：帮助、版本"},
    {"report.read",    "reports and analyses",                            "查看报表与分析"},
    {"report.write",   "save, rename and delete analyses",                "保存、改名、删除分析"},
    {"rules.read",     "rules of One-ID",                                 "查看 One-ID 规则"},
    {"rules.write",    "change rules of One-ID",                          "修改 One-ID 规则"},
    {"sample",         "write a made-up brand's events to a file",        "生成示例数据文件"},
    {"serve",          "run the server",                                  "运行服务"},
    {"tag.read",       "tags and who carries them",                       "查看标签与持有者"},
    {"tag.write",      "make tags, give and take them",                   "创建、打上与取下标签"},
    {"who.read",       "ask questions",                                   "提问"},
    {0},
};

static const char *const nothing[] = {NULL};
static const char *const owner[] = {"*", NULL};
static const char *const operator_[] = {
    "audit.read", "consumer.*", "crowd.*", "data.backup", "data.import", "data.read", "data.write", "event.*", "events.read",
    "identity.read", "job.*", "live.read", "metrics.read", "model.*", "report.*", "rules.*", "tag.*", "who.*", NULL};
static const char *const analyst[] = {
    "consumer.read", "crowd.read", "crowd.write", "data.read", "event.read", "events.read", "job.read",
    "live.read", "model.read", "report.*", "rules.read", "tag.read", "who.read", NULL};
static const char *const store[] = {"consumer.read", "tag.write", NULL};

static const struct {
    const char *name;
    const char *const *rights;
} roles[] = {
    [ROLE_NONE] = {"none", nothing},
    [ROLE_OWNER] = {"owner", owner},
    [ROLE_OPERATOR] = {"operator", operator_},
    [ROLE_ANALYST] = {"analyst", analyst},
    [ROLE_STORE] = {"store", store},
};
/* clang-format on */
#define ROLES (sizeof(roles) / sizeof(*roles))

const struct right *right_list(void) { return rights; }

const char *role_name(enum role r) { return roles[(unsigned)r < ROLES ? r : ROLE_NONE].name; }

bool role_parse(struct str s, enum role *out)
{
    for (unsigned r = ROLE_OWNER; r < ROLES; r++) {
        if (str_eq(s, str_of(roles[r].name))) {
            *out = (enum role)r;
            return true;
        }
    }
    return false;
}

const char *const *role_rights(enum role r)
{
    return roles[(unsigned)r < ROLES ? r : ROLE_NONE].rights;
}

/* "*", "report.*" or the right itself. */
static bool covers(const char *held, const char *perm)
{
    size_t len = strlen(held);
    return held[len - 1] == '*' ? strncmp(held, perm, len - 1) == 0 : strcmp(held, perm) == 0;
}

bool principal_may(const struct principal *p, const char *perm)
{
    if (!perm) {
        return false;
    }
    if (strcmp(perm, "public") == 0) {
        return true;
    }
    switch (p ? p->kind : PRINCIPAL_NOBODY) {
    case PRINCIPAL_LOCAL: return true;
    case PRINCIPAL_WRITE_KEY: return strcmp(perm, "event.write") == 0;
    case PRINCIPAL_OPERATOR_KEY:
    case PRINCIPAL_USER:
        for (const char *const *held = role_rights(p->role); *held; held++) {
            if (covers(*held, perm)) {
                return true;
            }
        }
        return false;
    case PRINCIPAL_NOBODY: break;
    }
    return false;
}

struct principal principal_local(void)
{
    return (struct principal){.kind = PRINCIPAL_LOCAL, .role = ROLE_OWNER};
}

struct str principal_text(const struct principal *p, struct arena *a)
{
    switch (p ? p->kind : PRINCIPAL_NOBODY) {
    case PRINCIPAL_LOCAL: return STR("local");
    case PRINCIPAL_WRITE_KEY:
    case PRINCIPAL_OPERATOR_KEY:
        return arena_strf(a, "key:%" PRId64 " %.*s", p->id, STR_FMT(p->name));
    case PRINCIPAL_USER: return arena_strf(a, "user:%" PRId64 " %.*s", p->id, STR_FMT(p->name));
    case PRINCIPAL_NOBODY: break;
    }
    return STR("nobody");
}
