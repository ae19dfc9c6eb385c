package dev.docmirror.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Drains the feed page by page and looks at nothing but where to go on. */
final class RawRead implements Candidate {
    private static final Pattern LAST = Pattern.compile("\"last_seq\":\"?([^\",}]+)");
    /** The end of a page fits in here, and a sequence of a large cluster, too. */
    private static final int TAIL = 16 * 1024;

    @Override
    public Outcome run(Task task, Control control) throws IOException {
        Pages pages = task.pages();
        Meter meter = new Meter(task.documents());
        byte[] buffer = new byte[256 * 1024];
        String since = "0";
        for (long left = task.documents(); left > 0; left -= Pages.ROWS) {
            since = drain(pages.changes(since), buffer);
            meter.advance((int) Math.min(left, Pages.ROWS));
        }
        return meter.outcome();
    }

    private static String drain(InputStream page, byte[] buffer) throws IOException {
        try (page) {
            int end = 0;
            for (int read = page.read(buffer, 0, buffer.length); read >= 0; ) {
                end += read;
                if (end > buffer.length - TAIL) {
                    System.arraycopy(buffer, end - TAIL, buffer, 0, TAIL);
                    end = TAIL;
                }
                read = page.read(buffer, end, buffer.length - end);
            }
            int from = Math.max(0, end - TAIL);
            Matcher last = LAST.matcher(new String(buffer, from, end - from, StandardCharsets.UTF_8));
            if (!last.find()) {
                throw new IOException("a page of changes without an end");
            }
            return last.group(1);
        }
    }
}
