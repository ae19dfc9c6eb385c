package dev.docmirror.mapping;

import java.util.regex.Pattern;

import dev.docmirror.internal.Text;
import tools.jackson.core.JsonPointer;

/**
 * JSON pointers from configuration.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6901#section-3">RFC 6901: syntax</a>
 */
final class Pointers {
    private static final Pattern SYNTAX = Pattern.compile("(/([^/~]|~[01])*)*", Pattern.DOTALL);

    private Pointers() {}

    static JsonPointer parse(String what, String text) {
        if (!SYNTAX.matcher(text).matches()) {
            throw new IllegalArgumentException(what
                    + ": a JSON pointer starts with a slash and has ~ only in ~0 and ~1, was " + Text.printable(text));
        }
        return JsonPointer.compile(text);
    }
}
