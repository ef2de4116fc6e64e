#include "serve/turn.h"

void turn_init(struct turn *t)
{
    *t = (struct turn){0};
    (void)pthread_mutex_init(&t->lock, NULL);
    (void)pthread_cond_init(&t->moved, NULL);
}

void turn_release(struct turn *t)
{
    (void)pthread_cond_destroy(&t->moved);
    (void)pthread_mutex_destroy(&t->lock);
}

void turn_take(struct turn *t)
{
    (void)pthread_mutex_lock(&t->lock);
    uint64_t mine = t->next++;
    while (t->serving != mine) {
        (void)pthread_cond_wait(&t->moved, &t->lock);
    }
    (void)pthread_mutex_unlock(&t->lock);
}

void turn_give(struct turn *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->serving++;
    (void)pthread_cond_broadcast(&t->moved);
    (void)pthread_mutex_unlock(&t->lock);
}
