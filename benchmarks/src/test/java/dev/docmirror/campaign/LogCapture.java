package dev.docmirror.campaign;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/** Everything that is logged while it is open, by docmirror from a level of one's choice, by everybody else from INFO. */
final class LogCapture implements AutoCloseable {
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger ours = (Logger) LoggerFactory.getLogger("dev.docmirror");
    private final Queue<Line> lines = new ConcurrentLinkedQueue<>();
    private final Lines appender = new Lines();
    private final Level before = ours.getLevel();

    /** @param text the message with the stack trace and all causes, if there is one */
    record Line(Level level, String logger, String thread, String text) {}

    LogCapture(Level level) {
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
        ours.setLevel(level);
    }

    List<Line> lines() {
        return List.copyOf(lines);
    }

    List<String> at(Level level) {
        return lines.stream()
                .filter(line -> line.level() == level)
                .map(Line::text)
                .toList();
    }

    @Override
    public void close() {
        ours.setLevel(before);
        root.detachAppender(appender);
        appender.stop();
    }

    private final class Lines extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            String trace = event.getThrowableProxy() == null
                    ? ""
                    : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
            lines.add(new Line(
                    event.getLevel(),
                    event.getLoggerName(),
                    event.getThreadName(),
                    event.getFormattedMessage() + trace));
        }
    }
}
