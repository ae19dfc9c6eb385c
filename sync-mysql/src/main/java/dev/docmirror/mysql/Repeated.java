package dev.docmirror.mysql;

/**
 * A statement with a part for each row, for any number of rows up to a limit. The longest text is made once, all others
 * are cut from it. Thread-safe.
 */
final class Repeated {
    private final String text;
    private final int head;
    private final int first;
    private final int each;
    private final String tail;

    /**
     * @param head before the first row
     * @param first the first row
     * @param next each further row, with what separates it
     * @param tail behind the last row
     * @param most the most rows asked for
     */
    Repeated(String head, String first, String next, String tail, int most) {
        this.head = head.length();
        this.first = first.length();
        this.each = next.length();
        this.tail = tail;
        this.text = head + first + next.repeat(most - 1);
    }

    String rows(int count) {
        int end = head + first + each * (count - 1);
        return tail.isEmpty() ? text.substring(0, end) : text.substring(0, end) + tail;
    }
}
