/* What the generator's two files share: sample.c lives the lives, sample_text.c writes them down. */
#ifndef POND_APP_SAMPLE_INTERNAL_H
#define POND_APP_SAMPLE_INTERNAL_H

#include "app/sample.h"
#include "base/buf.h"
#include "base/rng.h"

struct good {
    const char *category, *title;
    uint32_t price_fen;
    uint32_t with; /* what is often bought along: its index */
};
enum { GOODS = 30, CITIES = 16, SHOPS = 40 };
extern const struct good sample_goods[GOODS];
extern const char *const sample_cities[CITIES];

enum door {
    DOOR_AD,
    DOOR_TMALL,
    DOOR_DOUYIN,
    DOOR_WECHAT,
    DOOR_STORE,
    DOOR_RED,
    DOOR_LIVE,
    DOORS
};
struct sort;

/* Which identities an event carries. The first ones are always there, the others once got. */
enum id_bit {
    ID_DEVICE = 1,
    ID_COOKIE = 2,
    ID_FAMILY = 4,
    ID_TABLET = 8,
    ID_USER = 16,
    ID_PHONE = 32,
    ID_OPENID = 64,
    ID_UNIONID = 128,
    ID_EXTERNAL = 256,
    ID_MEMBER = 512,
    ID_OUID = 1024,
    ID_DOUYIN = 2048
};
enum { ID_KINDS = 12 };

struct person {
    struct rng rng;
    uint64_t no;
    const struct sort *sort;
    enum door door;
    bool has_family;
    uint32_t shop, city;
    uint32_t used; /* identities met so far: the truth */
    bool user, member, follows, friend, group;
    uint32_t events; /* so far: numbers its event ids */
    uint32_t orders;
    int64_t last_ms; /* local wall time of the last event: order of time is kept */
};

struct sample {
    const struct sample_request *q;
    struct sample_summary *sum;
    struct buf out, truth;
    uint64_t salt;
    int32_t from, to; /* days, both included */
    int32_t text_day; /* the day whose text is at hand */
    char day_text[16];
};

/* What an event tells beside time, name and identities. */
struct detail {
    const char *channel, *touchpoint, *campaign;
    const struct good *good;
    uint32_t order;     /* 0: none */
    uint32_t quantity;  /* 0: unknown */
    uint32_t score;     /* 0: none */
    int64_t amount_fen; /* -1: unknown */
};

/* Appends one event in the request's format. */
void sample_put(struct sample *s, const struct person *p, int64_t local_ms, const char *event,
                uint32_t ids, const struct detail *d);
/* The first line of the file, where its format has one. */
void sample_put_header(struct sample *s);
/* Appends "person,kind,value" of every identity that was used. */
void sample_put_truth(struct sample *s, const struct person *p);

#endif
