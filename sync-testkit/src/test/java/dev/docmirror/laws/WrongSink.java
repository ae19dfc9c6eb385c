package dev.docmirror.laws;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import dev.docmirror.change.Document;
import dev.docmirror.conflict.ArchivedConflict;
import dev.docmirror.mirror.MirrorSink;
import dev.docmirror.mirror.MirrorTransaction;
import dev.docmirror.testkit.Documents;

/** Sinks that keep the wrong losers. */
final class WrongSink {
    private WrongSink() {}

    /** Keeps each loser once more, written a little differently. */
    static MirrorSink archivesTwice(MirrorSink sink) {
        return wrapped(sink, losers -> {
            List<ArchivedConflict> twice = new ArrayList<>(losers);
            losers.forEach(loser -> twice.add(again(loser)));
            return twice;
        });
    }

    static MirrorSink skipsOne(MirrorSink sink) {
        return wrapped(sink, losers -> losers.subList(0, losers.size() - 1));
    }

    private static ArchivedConflict again(ArchivedConflict conflict) {
        Document loser = conflict.loser();
        String id = loser.id().value();
        String revision = loser.revision().toString();
        String text = loser.text() + " ";
        Document copy =
                loser.deleted() ? Documents.tombstone(id, revision, text) : Documents.document(id, revision, text);
        return new ArchivedConflict(copy, conflict.type(), conflict.chosen(), conflict.outcome(), conflict.reason());
    }

    private static MirrorSink wrapped(MirrorSink sink, UnaryOperator<List<ArchivedConflict>> archived) {
        return intercepted(
                MirrorSink.class,
                sink,
                "begin",
                (real, arguments) -> intercepted(
                        MirrorTransaction.class,
                        (MirrorTransaction) real.call(arguments),
                        "archive",
                        (archive, losers) -> archive.call(archived.apply(losers(losers)))));
    }

    @SuppressWarnings("unchecked") // the one parameter of MirrorTransaction.archive
    private static List<ArchivedConflict> losers(Object[] arguments) {
        return (List<ArchivedConflict>) arguments[0];
    }

    private interface Call {
        Object call(Object... arguments) throws Throwable;
    }

    private interface Interceptor {
        Object call(Call real, Object[] arguments) throws Throwable;
    }

    private static <T> T intercepted(Class<T> type, T target, String method, Interceptor interceptor) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, args) -> {
            Call real = arguments -> {
                try {
                    return called.invoke(target, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            };
            Object[] arguments = args == null ? new Object[0] : args;
            return called.getName().equals(method) ? interceptor.call(real, arguments) : real.call(arguments);
        }));
    }
}
