/* Flows between layers (Sankey) and falling steps (funnel). */
#include <math.h>
#include "wire/plot_draw.h"

#define NAME_SIZE 12.5

/* ---- Sankey ----------------------------------------------------------------------------------- */

#define NODE_WIDTH 14.0
#define NODE_GAP 20.0

struct node {
    double in, out, x, y, h;
    double used_in, used_out; /* of its height, by flows drawn so far */
};

struct sankey {
    struct node *node;
    uint32_t layers;
    double scale; /* points a unit */
    double left, right;
    double *sum; /* of a layer */
    uint32_t *count;
};

static double size_of(const struct node *n) { return n->in > n->out ? n->in : n->out; }

static void weigh(const struct plot *p, struct sankey *k)
{
    for (size_t i = 0; i < p->flow.len; i++) {
        const struct plot_flow *flow = &p->flow.ptr[i];
        k->node[flow->from].out += flow->value;
        k->node[flow->to].in += flow->value;
    }
    for (size_t i = 0; i < p->node.len; i++) {
        if (size_of(&k->node[i]) > 0) { /* what has no flow takes no room */
            uint32_t layer = p->node.ptr[i].layer;
            k->sum[layer] += size_of(&k->node[i]);
            k->count[layer]++;
        }
    }
}

/* The fullest layer fills the height. */
static double choose_scale(struct sankey *k, double height)
{
    double scale = INFINITY;
    for (uint32_t l = 0; l < k->layers; l++) {
        double room = height - NODE_GAP * (k->count[l] > 0 ? k->count[l] - 1 : 0);
        double s = k->sum[l] > 0 ? room / k->sum[l] : INFINITY;
        scale = s < scale ? s : scale;
    }
    return scale;
}

static void place(const struct plot *p, struct sankey *k, double top, double height)
{
    for (uint32_t l = 0; l < k->layers; l++) {
        double used = k->sum[l] * k->scale + NODE_GAP * (k->count[l] ? k->count[l] - 1 : 0);
        double y = top + (height - used) / 2;
        for (size_t i = 0; i < p->node.len; i++) {
            struct node *n = &k->node[i];
            if (p->node.ptr[i].layer != l || size_of(n) <= 0) {
                continue;
            }
            n->x = k->layers > 1
                       ? k->left + (k->right - k->left - NODE_WIDTH) * l / (k->layers - 1)
                       : k->left;
            n->y = y;
            n->h = size_of(n) * k->scale;
            y += n->h + NODE_GAP;
        }
    }
}

/* A node's colour is that of its name, so that a stage looks the same on both sides. */
static uint32_t node_colour(const struct plot *p, uint32_t i)
{
    uint32_t no = 0;
    for (uint32_t k = 0; k < i; k++) {
        bool before = false;
        for (uint32_t m = 0; m < k && !before; m++) {
            before = str_eq(p->node.ptr[m].name, p->node.ptr[k].name);
        }
        if (str_eq(p->node.ptr[k].name, p->node.ptr[i].name)) {
            break;
        }
        no += !before;
    }
    return plot_colour(p, no);
}

/* Flows leave a node in the order of where they go, and arrive in the order of where they come
 * from, so that ribbons cross as little as they can. */
static void draw_flows(struct plot_frame *f, struct sankey *k)
{
    const struct plot *p = f->p;
    uint32_t n = (uint32_t)p->flow.len;
    double *start = arena_array(p->arena, double, n + 1);
    for (uint32_t to = 0; to < p->node.len; to++) {
        for (uint32_t i = 0; i < n; i++) {
            const struct plot_flow *flow = &p->flow.ptr[i];
            if (flow->to == to) {
                struct node *from = &k->node[flow->from];
                start[i] = from->y + from->used_out;
                from->used_out += flow->value * k->scale;
            }
        }
    }
    for (uint32_t from = 0; from < p->node.len; from++) {
        for (uint32_t i = 0; i < n; i++) {
            const struct plot_flow *flow = &p->flow.ptr[i];
            if (flow->from == from) {
                struct node *to = &k->node[flow->to];
                double h = flow->value * k->scale;
                struct canvas_point a = {k->node[from].x + NODE_WIDTH, start[i]};
                struct canvas_point b = {to->x, to->y + to->used_in};
                to->used_in += h;
                canvas_ribbon(f->c, a, b, h < 0.6 ? 0.6 : h, node_colour(p, from), 0.38);
            }
        }
    }
}

static struct str node_text(const struct plot *p, const struct sankey *k, uint32_t i)
{
    struct str figure = plot_figure(p, size_of(&k->node[i]), false);
    return arena_strf(p->arena, "%.*s %.*s", STR_FMT(p->node.ptr[i].name), STR_FMT(figure));
}

static void draw_nodes(struct plot_frame *f, const struct sankey *k)
{
    const struct plot *p = f->p;
    for (uint32_t i = 0; i < p->node.len; i++) {
        const struct node *n = &k->node[i];
        if (size_of(n) <= 0) {
            continue;
        }
        uint32_t layer = p->node.ptr[i].layer;
        struct canvas_text style = {.size = NAME_SIZE, .colour = INK};
        style.align = layer == 0 ? CANVAS_RIGHT : CANVAS_LEFT;
        style.halo = layer > 0 && layer + 1 < k->layers;
        canvas_box(f->c, n->x, n->y, NODE_WIDTH, n->h < 1.5 ? 1.5 : n->h, 1, node_colour(p, i));
        canvas_put(f->c, layer == 0 ? n->x - 8 : n->x + NODE_WIDTH + 8, n->y + n->h / 2, &style,
                   canvas_fit(f->c, &style, node_text(p, k, i), 240));
    }
}

/* The room that names of a side need. */
static double side_room(struct plot_frame *f, const struct sankey *k, uint32_t layer)
{
    static const struct canvas_text style = {.size = NAME_SIZE};
    double most = 0;
    for (uint32_t i = 0; i < f->p->node.len; i++) {
        if (f->p->node.ptr[i].layer == layer && size_of(&k->node[i]) > 0) {
            double w = canvas_width(f->c, &style, node_text(f->p, k, i));
            most = w > most ? w : most;
        }
    }
    return (most > 240 ? 240 : most) + 10;
}

double plot_draw_sankey(struct plot_frame *f)
{
    const struct plot *p = f->p;
    struct sankey k = {.node = arena_array(p->arena, struct node, p->node.len + 1)};
    uint32_t fullest = 0;
    for (size_t i = 0; i < p->node.len; i++) {
        k.layers = p->node.ptr[i].layer + 1 > k.layers ? p->node.ptr[i].layer + 1 : k.layers;
    }
    k.sum = arena_array(p->arena, double, k.layers + 1);
    k.count = arena_array(p->arena, uint32_t, k.layers + 1);
    weigh(p, &k);
    for (uint32_t l = 0; l < k.layers; l++) {
        fullest = k.count[l] > fullest ? k.count[l] : fullest;
    }
    double left = side_room(f, &k, 0), right = side_room(f, &k, k.layers - 1);
    double width = k.layers > 4 ? 180.0 * k.layers + left + right : PLOT_WIDTH;
    double height = 360 > fullest * 40.0 ? 360 : fullest * 40.0;
    k.left = PLOT_MARGIN + left;
    k.right = width - PLOT_MARGIN - right;
    f->y += p->x.len > 0 ? 20 : 4;
    k.scale = choose_scale(&k, height);
    place(p, &k, f->y, height);
    plot_text(f, k.left, f->y - 16, p->x, 11.5, GREY, CANVAS_LEFT);
    plot_text(f, k.right, f->y - 16, p->y, 11.5, GREY, CANVAS_RIGHT);
    draw_flows(f, &k);
    draw_nodes(f, &k);
    f->y += height + 22;
    return width;
}

/* ---- Funnel ----------------------------------------------------------------------------------- */

#define STEP_HEIGHT 46.0
#define STEP_GAP 30.0
#define FUNNEL_WIDTH 430.0

static void draw_step(struct plot_frame *f, uint32_t i, double y, double centre, double names)
{
    const struct plot_series *s = &f->p->series.ptr[0];
    double first = plot_at(s, 0), v = plot_at(s, i);
    double w = first > 0 ? FUNNEL_WIDTH * v / first : 0;
    static const struct canvas_text name = {
        .size = 14, .colour = INK, .bold = true, .align = CANVAS_RIGHT};
    static const struct canvas_text big = {.size = 15, .colour = INK, .bold = true};
    double right = centre + FUNNEL_WIDTH / 2 + 24;
    canvas_box(f->c, centre - w / 2, y, w < 1.5 ? 1.5 : w, STEP_HEIGHT, 3, 0x0072B2);
    canvas_put(f->c, PLOT_MARGIN + names, y + STEP_HEIGHT / 2, &name,
               canvas_fit(f->c, &name, plot_label_at(f->p, i), names + 1));
    struct str figure = plot_figure(f->p, v, false);
    canvas_put(f->c, right, y + STEP_HEIGHT / 2, &big, figure);
    plot_text(f, right + canvas_width(f->c, &big, figure) + 12, y + STEP_HEIGHT / 2,
              plot_percent(f->p, first > 0 ? v / first : (double)NAN), 12.5, GREY, CANVAS_LEFT);
}

/* Between two steps: the slope, and the share that went on. */
static void draw_between(struct plot_frame *f, uint32_t i, double y, double centre)
{
    const struct plot_series *s = &f->p->series.ptr[0];
    double first = plot_at(s, 0), a = plot_at(s, i), b = plot_at(s, i + 1);
    double w1 = first > 0 ? FUNNEL_WIDTH * a / first : 0;
    double w2 = first > 0 ? FUNNEL_WIDTH * b / first : 0;
    struct canvas_point p[4] = {{centre - w1 / 2 + 2, y},
                                {centre + w1 / 2 - 2, y},
                                {centre + w2 / 2 - 2, y + STEP_GAP},
                                {centre - w2 / 2 + 2, y + STEP_GAP}};
    canvas_area(f->c, p, 4, 0x0072B2, 0.14);
    struct str rate = plot_percent(f->p, a > 0 ? b / a : (double)NAN);
    plot_text(f, centre, y + STEP_GAP / 2, arena_strf(f->p->arena, "↓ %.*s", STR_FMT(rate)), 12,
              INK, CANVAS_CENTRE);
}

double plot_draw_funnel(struct plot_frame *f)
{
    static const struct canvas_text style = {.size = 14, .bold = true};
    const struct plot *p = f->p;
    uint32_t n = plot_places(p);
    if (p->series.len > 1) {
        return plot_draw_bars(f);
    }
    double names = 60;
    for (uint32_t i = 0; i < n; i++) {
        double w = canvas_width(f->c, &style, plot_label_at(p, i));
        names = w > names ? w : names;
    }
    names = names > 230 ? 230 : names;
    double centre = PLOT_MARGIN + names + 24 + FUNNEL_WIDTH / 2;
    f->y += 6;
    for (uint32_t i = 0; i < n; i++) {
        draw_step(f, i, f->y, centre, names);
        f->y += STEP_HEIGHT;
        if (i + 1 < n) {
            draw_between(f, i, f->y, centre);
            f->y += STEP_GAP;
        }
    }
    f->y += 22;
    return centre + FUNNEL_WIDTH / 2 + 24 + 190 + PLOT_MARGIN;
}
