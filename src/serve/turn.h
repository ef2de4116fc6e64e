/* A lock that is given in the order in which it was asked for: whoever takes it again and again cannot keep others
 * out. */
#ifndef POND_SERVE_TURN_H
#define POND_SERVE_TURN_H

#include <pthread.h>
#include <stdint.h>

struct turn {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t next, serving;
};

void turn_init(struct turn *t);
void turn_release(struct turn *t);
void turn_take(struct turn *t);
void turn_give(struct turn *t);

#endif
