/* The program's own state: main builds one and every operation gets it as op_call.app.
 *
 *     static enum rc assets_run(struct op_call *c)
 *     {
 *         struct pond *p = c->app;
 *         enum rc rc = pond_open(p, BRAND_READ, c->err);
 *         if (rc) {
 *             return rc;
 *         }
 *         return pond_close(p, assets_reply(c, p), c->err);
 *     }
 */
#ifndef POND_APP_POND_H
#define POND_APP_POND_H

#include "access/access.h"
#include "aipl/assets.h"
#include "aipl/model.h"
#include "base/clock.h"
#include "base/logger.h"
#include "base/rc.h"
#include "base/str.h"
#include "people/brand.h"
#include "store/disk.h"
#include "wire/lang.h"
#include <pthread.h>
#include <stdbool.h>

struct hooks;
struct ask;
struct status_served;

struct pond {
    const char
        *data_dir; /* --data, else POND_DATA, else ./pond-data                          */
    struct str
        brand_name; /* --brand, else POND_BRAND; empty: the only brand there             */
    char *(*env)(const char *name); /* what pond_init was given; NULL: an empty environment */
    struct clock clock; /* the real one, or fixed at POND_NOW                                */
    struct logger
        logger; /* on stderr; quiet unless POND_LOG says debug, info, warn           */
    struct disk *disk;
    int threads;    /* POND_THREADS, else the number of processors                       */
    enum lang lang; /* of what people read                                              */
    bool progress;  /* standard error is a terminal and --quiet was not given            */
    bool remote;    /* the call came over HTTP: no path of this machine may be named        */
    struct str by;  /* who asks ("key:3 shop"); empty: the command line                   */
    struct principal principal; /* the same with role and address, for the audit trail    */

    /* Between pond_open and pond_close: */
    struct brand *brand;
    struct hooks *hooks;
    /* A server lends its open brand (serve/live.h): pond_open and pond_close then leave it as it is. */
    bool lent;
    pthread_mutex_t *names; /* lent: brand_share_names' lock; else NULL */
    /* Lent for writing: long work rests (true) where the brand is whole, others may change it, and goes on
     * (false). May be NULL. */
    void (*rest)(void *ctx, bool begins);
    bool (*stop)(void *ctx); /* lent: asked to stop? NULL: see stop.h */
    void *lent_ctx;          /* of both */
    /* What a server knows of itself and of the brand, for the operation status (status.h); NULL: no server. */
    void (*served)(void *ctx, struct status_served *out);
    void *served_ctx;
    struct ask *ask; /* ask.h's: a snapshot's world, kept for its next question */
};

/* Fills p from the environment. env: getenv, or a fake; NULL means an empty environment.
 * RC_INVALID for a POND_NOW, POND_LOG or POND_THREADS that means nothing. */
enum rc pond_init(struct pond *p, char *(*env)(const char *name), struct err *e);
void pond_release(struct pond *p);

/* Opens the brand with the stages hung onto it and, for reading and editing, settles it. Errors as brand_open; RC_BUG
 * when a lent brand is asked for more than it was lent for. */
enum rc pond_open(struct pond *p, enum brand_mode mode, struct err *e);
/* As pond_open, folding history from nothing, whatever the checkpoint says. */
enum rc pond_open_afresh(struct pond *p, enum brand_mode mode, struct err *e);
/* Closes what is open. Returns rc, or the failure of closing when rc is RC_OK. */
enum rc pond_close(struct pond *p, enum rc rc, struct err *e);

/* Only the brand's ledger, for writing, beside whoever has the brand open: that of a lent brand, else a
 * handle of its own (brand_open_ledger and its errors). */
enum rc pond_open_ledger(struct pond *p, struct ledger **out, struct err *e);
/* Closes it unless it is lent; NULL is fine. */
void pond_close_ledger(struct pond *p, struct ledger *l);

/* Of the open brand: the stage model in force, its stages. Valid until pond_close or a refold. */
const struct stage_model *pond_model(const struct pond *p);
struct assets *pond_assets(const struct pond *p);
/* Who asks, as it is kept beside what they change: "cli", "key:3 shop", "user:1 lin". */
struct str pond_by(const struct pond *p);
/* Around waiting, where the brand is whole (no batch is begun): on a lent brand others may change it meanwhile. */
void pond_rest(struct pond *p, bool begins);
/* Whether long work is to end at the next batch. */
bool pond_stop_asked(const struct pond *p);
/* A path as who asks may read it: whole on the command line; over HTTP only what lies behind the data directory, and of
 * a file in a spool (an upload) only its name. */
struct str pond_path_shown(const struct pond *p, struct str path);
/* The same for every path in the words of a failure, wherever it is told: of the data directory `dir`. */
void pond_hide_paths(const char *dir, struct err *e);
/* Today in the brand's zone. */
int32_t pond_today(const struct pond *p);

#endif
