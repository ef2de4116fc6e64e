/* One function for both shells: a `case` over the words typed so far gives the words that may
 * follow. zsh hands its words over in the shape bash has. */
#include "app/complete.h"
#include "base/map.h"

static const char global_flags[] =
    "--data --brand --lang --json --csv --no-color --quiet --help --version";

/* Words that follow `prefix` ("" or "report") in command names, each once. */
static void next_words(const struct op_book *b, struct str prefix, struct buf *out)
{
    struct map *seen = map_new();
    for (uint32_t i = 0; i < op_count(b); i++) {
        const struct op *op = op_at(b, i);
        struct str name = str_of(op->name);
        if (op->hidden || !str_starts(name, prefix)) {
            continue;
        }
        if (prefix.len) {
            if (name.len == prefix.len || name.ptr[prefix.len] != ' ') {
                continue;
            }
            name = str_slice(name, prefix.len + 1, name.len);
        }
        struct str word = str_cut(&name, ' ');
        if (map_put(seen, word, 1)) {
            buf_addf(out, "%s%.*s", map_len(seen) > 1 ? " " : "", STR_FMT(word));
        }
    }
    map_free(seen);
}

/* Groups: first words that other words follow. */
static void group_cases(const struct op_book *b, struct buf *out)
{
    struct map *seen = map_new();
    for (uint32_t i = 0; i < op_count(b); i++) {
        struct str rest = str_of(op_at(b, i)->name);
        struct str word = str_cut(&rest, ' ');
        if (rest.len && map_put(seen, word, 1)) {
            buf_addf(out, "    \"%.*s\") words=\"", STR_FMT(word));
            next_words(b, word, out);
            buf_addf(out, "\" ;;\n");
        }
    }
    map_free(seen);
}

static void op_case(const struct op *op, struct buf *out)
{
    buf_addf(out, "    \"%s\") words=\"", op->name);
    const char *space = "";
    for (const struct op_in *f = op->in; f && f->name; f++) {
        if (f->positional && f->type == OP_CHOICE) {
            for (const char *s = f->choices; *s; s++) {
                buf_add_byte(out, *s == '|' ? ' ' : *s);
            }
            space = " ";
        } else if (!f->positional && !f->secret) {
            buf_addf(out, "%s--%s", space, f->name);
            space = " ";
        }
    }
    buf_addf(out, "\" ;;\n");
}

/* "command --flag") values ;; for flags that have choices. */
static void choice_cases(const struct op *op, struct buf *out)
{
    for (const struct op_in *f = op->in; f && f->name; f++) {
        if (f->type != OP_CHOICE || f->positional) {
            continue;
        }
        buf_addf(out, "    \"%s --%s\") words=\"", op->name, f->name);
        for (const char *s = f->choices; *s; s++) {
            buf_add_byte(out, *s == '|' ? ' ' : *s);
        }
        buf_addf(out, "\"; return ;;\n");
    }
}

static const char bash_body[] =
    "_pond() {\n"
    "    local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
    "    local words i command=\"\" word\n"
    "    COMPREPLY=()\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        word=\"${COMP_WORDS[i]}\"\n"
    "        case $word in\n"
    "        --data|--brand|--lang) i=$((i + 1)) ;;\n"
    "        -*) ;;\n"
    "        help) ;;\n"
    "        *) if _pond_is \"${command:+$command }$word\"; then\n"
    "               command=\"${command:+$command }$word\"\n"
    "           fi ;;\n"
    "        esac\n"
    "    done\n"
    "    case $prev in\n"
    "    --data) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n"
    "    --lang) COMPREPLY=($(compgen -W 'zh en' -- \"$cur\")); return ;;\n"
    "    esac\n"
    "    words=\"\"\n"
    "    _pond_choices \"$command $prev\"\n"
    "    if [ -z \"$words\" ]; then\n"
    "        _pond_words \"$command\"\n"
    "        case $cur in -*) words=\"$words $_pond_global\" ;; esac\n"
    "    fi\n"
    "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
    "    if [ ${#COMPREPLY[@]} -eq 0 ] && [ \"${cur#-}\" = \"$cur\" ]; then\n"
    "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
    "    fi\n"
    "}\n";

void complete_script(const struct op_book *b, bool zsh, struct buf *out)
{
    buf_addf(out, "# Completion of pond: source <(pond completion %s)\n", zsh ? "zsh" : "bash");
    buf_addf(out, "_pond_global=\"%s\"\n", global_flags);
    buf_addf(out, "_pond_is() {\n    case $1 in\n    ");
    struct buf names = {0};
    struct map *seen = map_new();
    for (uint32_t i = 0; i < op_count(b); i++) {
        struct str rest = str_of(op_at(b, i)->name), whole = rest;
        struct str first = str_cut(&rest, ' ');
        if (map_put(seen, first, 1)) {
            buf_addf(&names, "%s\"%.*s\"", names.len ? "|" : "", STR_FMT(first));
        }
        if (map_put(seen, whole, 1)) {
            buf_addf(&names, "|\"%.*s\"", STR_FMT(whole));
        }
    }
    map_free(seen);
    buf_add(out, buf_str(&names));
    buf_release(&names);
    buf_addf(out, ") return 0 ;;\n    esac\n    return 1\n}\n");
    buf_addf(out, "_pond_words() {\n    case $1 in\n    \"\") words=\"help ");
    next_words(b, STR_NULL, out);
    buf_addf(out, "\" ;;\n");
    group_cases(b, out);
    for (uint32_t i = 0; i < op_count(b); i++) {
        op_case(op_at(b, i), out);
    }
    buf_addf(out, "    esac\n}\n_pond_choices() {\n    case $1 in\n");
    for (uint32_t i = 0; i < op_count(b); i++) {
        choice_cases(op_at(b, i), out);
    }
    buf_addf(out, "    esac\n}\n");
    buf_add(out, str_of(bash_body));
    if (zsh) {
        buf_addf(out, "(( $+functions[compdef] )) || { autoload -U compinit && compinit; }\n"
                      "autoload -U +X bashcompinit && bashcompinit\n");
    }
    buf_addf(out, "complete -o filenames -F _pond pond\n");
}
