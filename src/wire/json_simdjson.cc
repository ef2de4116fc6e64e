/* The only C++ file, and the only one that includes simdjson: its On-Demand front end walks a
 * document once and hands out views; nothing is allocated once the buffers have grown.
 *
 * On-Demand checks what it walks over. Everything is walked here, and what it leaves to its
 * caller (the spelling of numbers and words, text behind the document) is checked here. */
#include <simdjson.h>

#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

extern "C" {
#include "base/arena.h"
#include "wire/json.h"
#include "wire/window.h"
}

using namespace simdjson;

namespace
{

constexpr uint32_t kDepth = 8, kDepthMost = 320, kValues = 4096, kBytes = 1u << 20;
constexpr size_t kPathBytes = 4u << 20;

struct failure {
    enum rc rc;
    const char *at; /* where in the text; null: where the walk stands */
    const char *why;
};

} // namespace

struct json_reader {
    ondemand::parser parser;
    std::vector<char> text; /* the document, `len` bytes, and its padding */
    size_t len;
    std::vector<json_value> values;
    struct arena *paths; /* paths of nested values; those at the top are views of the text */
    size_t path_bytes;
    struct json_limits limits;
    uint32_t column;
    struct failure failure;
};

namespace
{

struct str view(std::string_view s) { return {s.data(), s.size()}; }

const struct str no_text = {nullptr, 0};

/* One walk over one document: appends its values to the reader's list. */
class walk
{
  public:
    walk(json_reader *reader, ondemand::document *document) : r(reader), doc(document) {}

    bool object(ondemand::object &object, uint32_t self, uint32_t depth);
    bool array(ondemand::array &array, uint32_t self, uint32_t depth);
    bool add(struct str path, struct str key, uint32_t index, uint32_t depth);
    bool fail(enum rc rc, const char *at, const char *why);
    bool fail(error_code code) { return fail(RC_INVALID, nullptr, error_message(code)); }

  private:
    json_reader *r;
    ondemand::document *doc;
    bool member(ondemand::field &field, uint32_t self, uint32_t index, uint32_t depth);
    bool any(ondemand::value value, uint32_t parent, struct str key, uint32_t index,
             uint32_t depth);
    bool container(ondemand::value &value, uint32_t self, uint32_t depth, const char *start);
    bool string(ondemand::value &value, const char *at, struct str *out);
    bool path_of(uint32_t parent, struct str key, uint32_t index, struct str *out);
    struct str raw_text(const char *start, char close);
};

bool walk::fail(enum rc rc, const char *at, const char *why)
{
    r->failure = {rc, at, why};
    return false;
}

/* "key" in the outermost object, else "parent.key" or "parent[index]". */
bool walk::path_of(uint32_t parent, struct str key, uint32_t index, struct str *out)
{
    if (r->limits.no_paths) {
        *out = no_text;
        return true;
    }
    const json_value &up = r->values[parent];
    bool element = up.type == JSON_ARRAY;
    if (!element && parent == 0) {
        *out = key;
        return true;
    }
    char tail[16] = ".";
    size_t tail_len = 1;
    if (element) {
        tail_len = (size_t)snprintf(tail, sizeof(tail), "[%u]", index);
        key.len = 0;
    }
    size_t len = up.path.len + tail_len + key.len;
    r->path_bytes += len;
    if (r->path_bytes > kPathBytes) {
        return fail(RC_TOO_LARGE, nullptr, "the names of nested values are too long");
    }
    char *to = (char *)arena_alloc(r->paths, len);
    *out = {to, len};
    if (up.path.len > 0) {
        memcpy(to, up.path.ptr, up.path.len);
        to += up.path.len;
    }
    memcpy(to, tail, tail_len);
    if (key.len > 0) {
        memcpy(to + tail_len, key.ptr, key.len);
    }
    return true;
}

bool walk::add(struct str path, struct str key, uint32_t index, uint32_t depth)
{
    if (r->values.size() >= r->limits.values) {
        return fail(RC_TOO_LARGE, nullptr, "too many values");
    }
    json_value v = {};
    v.path = path;
    v.key = key;
    v.index = index;
    v.depth = depth;
    r->values.push_back(v);
    return true;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* RFC 8259: [-] int [frac] [exp] */
bool is_number(struct str s)
{
    size_t i = 0;
    auto digits = [&]() {
        size_t from = i;
        while (i < s.len && is_digit(s.ptr[i])) {
            i++;
        }
        return i > from;
    };
    i += i < s.len && s.ptr[i] == '-';
    size_t first = i;
    if (!digits() || (s.ptr[first] == '0' && i > first + 1)) {
        return false;
    }
    if (i < s.len && s.ptr[i] == '.') {
        i++;
        if (!digits()) {
            return false;
        }
    }
    if (i < s.len && (s.ptr[i] == 'e' || s.ptr[i] == 'E')) {
        i++;
        i += i < s.len && (s.ptr[i] == '+' || s.ptr[i] == '-');
        if (!digits()) {
            return false;
        }
    }
    return i == s.len;
}

/* The word or number at a token, without what follows it. */
struct str scalar_text(std::string_view token)
{
    while (!token.empty() && is_space(token.back())) {
        token.remove_suffix(1);
    }
    return view(token);
}

bool view_is(struct str s, std::string_view word)
{
    return std::string_view(s.ptr, s.len) == word;
}

bool scalar_type(struct str s, enum json_type *type)
{
    switch (s.len > 0 ? s.ptr[0] : 0) {
    case 't': *type = JSON_TRUE; return view_is(s, "true");
    case 'f': *type = JSON_FALSE; return view_is(s, "false");
    case 'n': *type = JSON_NULL; return view_is(s, "null");
    default: *type = JSON_NUMBER; return is_number(s);
    }
}

/* The text of a container from its bracket to the one that closes it, found backwards from
 * where the walk stands behind it. */
struct str walk::raw_text(const char *start, char close)
{
    const char *end = r->text.data() + r->len;
    auto next = doc->current_location();
    if (!next.error()) {
        end = next.value_unsafe();
    }
    while (end > start && end[-1] != close) {
        end--;
    }
    return {start, (size_t)(end - start)};
}

bool walk::container(ondemand::value &value, uint32_t self, uint32_t depth, const char *start)
{
    bool good, braces = *start == '{';
    r->values[self].type = braces ? JSON_OBJECT : JSON_ARRAY;
    if (braces) {
        ondemand::object inner;
        error_code code = value.get_object().get(inner);
        good = code ? fail(code) : object(inner, self, depth);
    } else {
        ondemand::array inner;
        error_code code = value.get_array().get(inner);
        good = code ? fail(code) : array(inner, self, depth);
    }
    if (good) {
        r->values[self].value = raw_text(start, braces ? '}' : ']');
    }
    return good;
}

/* A string without escapes needs no copy: it is a view of the text. */
bool plain_string(std::string_view token, struct str *out)
{
    *out = scalar_text(token);
    out->ptr++;
    out->len = out->len >= 2 ? out->len - 2 : 0;
    return out->ptr[out->len] == '"' && (out->len == 0 || !memchr(out->ptr, '\\', out->len));
}

bool walk::string(ondemand::value &value, const char *at, struct str *out)
{
    std::string_view text;
    error_code code = value.get_string().get(text);
    *out = view(text);
    return code ? fail(RC_INVALID, at, error_message(code)) : true;
}

bool walk::any(ondemand::value value, uint32_t parent, struct str key, uint32_t index,
               uint32_t depth)
{
    struct str path;
    if (depth > r->limits.depth) {
        return fail(RC_TOO_LARGE, nullptr, "nested too deeply");
    }
    uint32_t self = (uint32_t)r->values.size();
    if (!path_of(parent, key, index, &path) || !add(path, key, index, depth)) {
        return false;
    }
    std::string_view token = value.raw_json_token();
    char first = token.empty() ? 0 : token.front();
    if (first == '{' || first == '[') {
        return container(value, self, depth, token.data());
    }
    json_value &v = r->values[self];
    if (first == '"') {
        v.type = JSON_STRING;
        return plain_string(token, &v.value) || string(value, token.data(), &v.value);
    }
    v.value = scalar_text(token);
    return scalar_type(v.value, &v.type) || fail(RC_INVALID, token.data(), "no JSON value");
}

/* The views of a key with escapes lie in the parser's own string buffer. */
bool walk::member(ondemand::field &field, uint32_t self, uint32_t index, uint32_t depth)
{
    const char *raw = field.key().raw();
    size_t len = 0;
    while (raw[len] != '"' && raw[len] != '\\') {
        len++;
    }
    struct str key = {raw, len};
    if (raw[len] == '\\') {
        std::string_view text;
        error_code code = field.unescaped_key().get(text);
        if (code) {
            return fail(RC_INVALID, raw, error_message(code));
        }
        key = view(text);
    }
    return any(field.value(), self, key, index, depth);
}

bool walk::object(ondemand::object &object, uint32_t self, uint32_t depth)
{
    uint32_t index = 0;
    for (auto item : object) {
        ondemand::field field;
        error_code code = std::move(item).get(field);
        if (code) {
            return fail(code);
        }
        if (!member(field, self, index++, depth + 1)) {
            return false;
        }
    }
    r->values[self].span = (uint32_t)r->values.size() - self - 1;
    return true;
}

bool walk::array(ondemand::array &array, uint32_t self, uint32_t depth)
{
    uint32_t index = 0;
    struct str key = r->values[self].key;
    for (auto element : array) {
        ondemand::value value;
        error_code code = std::move(element).get(value);
        if (code) {
            return fail(code);
        }
        if (!any(value, self, key, index++, depth + 1)) {
            return false;
        }
    }
    r->values[self].span = (uint32_t)r->values.size() - self - 1;
    return true;
}

/* The outermost value and all inside it. `trimmed` is its text within r->text. */
bool walk_document(json_reader *r, ondemand::document *doc, struct str trimmed)
{
    walk w(r, doc);
    bool braces = trimmed.ptr[0] == '{', good;
    if (!braces && trimmed.ptr[0] != '[') {
        return w.fail(RC_INVALID, trimmed.ptr, "an object or an array is expected");
    }
    if (!w.add(no_text, no_text, 0, 0)) {
        return false;
    }
    r->values[0].type = braces ? JSON_OBJECT : JSON_ARRAY;
    r->values[0].value = trimmed;
    if (braces) {
        ondemand::object object;
        error_code code = doc->get_object().get(object);
        good = code ? w.fail(code) : w.object(object, 0, 0);
    } else {
        ondemand::array array;
        error_code code = doc->get_array().get(array);
        good = code ? w.fail(code) : w.array(array, 0, 0);
    }
    if (!good) {
        return false;
    }
    auto next = doc->current_location();
    return next.error() ? true
                        : w.fail(RC_INVALID, next.value_unsafe(), "text behind the document");
}

/* Copies the text to where 64 bytes behind it may be read; returns it without outer spaces. */
struct str take_text(json_reader *r, struct str text)
{
    if (r->text.size() < text.len + SIMDJSON_PADDING) {
        r->text.resize(text.len * 2 + SIMDJSON_PADDING);
    }
    r->len = text.len;
    if (text.len > 0) {
        memcpy(r->text.data(), text.ptr, text.len);
    }
    memset(r->text.data() + text.len, 0, SIMDJSON_PADDING);
    struct str s = {r->text.data(), text.len};
    while (s.len > 0 && is_space(s.ptr[s.len - 1])) {
        s.len--;
    }
    while (s.len > 0 && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    return s;
}

enum rc report(json_reader *r, ondemand::document *doc, size_t len, struct err *e)
{
    const char *base = r->text.data(), *at = r->failure.at;
    if (!at && doc) {
        auto here = doc->current_location();
        at = here.error() ? nullptr : here.value_unsafe();
    }
    bool inside = at && at >= base && at < base + len;
    r->column = (uint32_t)(inside ? at - base : (ptrdiff_t)len) + 1;
    return rc_fail(e, r->failure.rc, "column %u: %s", r->column, r->failure.why);
}

} // namespace

struct json_reader *json_reader_new(const struct json_limits *limits)
{
    json_reader *r = new json_reader();
    r->limits = limits ? *limits : json_limits{};
    r->limits.depth = r->limits.depth ? r->limits.depth : kDepth;
    r->limits.depth = r->limits.depth > kDepthMost ? kDepthMost : r->limits.depth;
    r->limits.values = r->limits.values ? r->limits.values : kValues;
    r->limits.bytes = r->limits.bytes ? r->limits.bytes : kBytes;
    r->paths = arena_new();
    r->values.reserve(64);
    return r;
}

void json_reader_free(struct json_reader *r)
{
    if (r) {
        arena_free(r->paths);
        delete r;
    }
}

enum rc json_flat(struct json_reader *r, struct str text, struct json_flat *out, struct err *e)
{
    r->values.clear();
    r->column = 1;
    if (r->path_bytes > 0) {
        arena_reset(r->paths);
        r->path_bytes = 0;
    }
    if (text.len > r->limits.bytes) {
        return rc_fail(e, RC_TOO_LARGE, "more than %u bytes of JSON", r->limits.bytes);
    }
    struct str trimmed = take_text(r, text);
    if (trimmed.len == 0) {
        return rc_fail(e, RC_INVALID, "column 1: empty, an object is expected");
    }
    ondemand::document doc;
    error_code code = r->parser.iterate(r->text.data(), text.len, r->text.size()).get(doc);
    if (code) {
        size_t bad = window_bad_utf8(text.ptr, text.len);
        const char *at = r->text.data() + (code == UTF8_ERROR ? bad : text.len);
        r->failure = {RC_INVALID, at, error_message(code)};
        return report(r, nullptr, text.len, e);
    }
    if (!walk_document(r, &doc, trimmed)) {
        return report(r, &doc, text.len, e);
    }
    out->item = r->values.data();
    out->count = (uint32_t)r->values.size();
    return RC_OK;
}

uint32_t json_error_column(const struct json_reader *r) { return r->column; }

const struct json_value *json_find(const struct json_flat *f, struct str path)
{
    for (uint32_t i = 0; i < f->count; i++) {
        if (str_eq(f->item[i].path, path)) {
            return &f->item[i];
        }
    }
    return nullptr;
}
