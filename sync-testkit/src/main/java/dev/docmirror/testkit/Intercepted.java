package dev.docmirror.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import org.jspecify.annotations.Nullable;

/**
 * Parts whose calls a test sees, alters, fails or repeats on their way to the real part: how defects and faults are planted
 * in front of an SPI without a switch in the part itself. As thread-safe as the part and the interceptor are.
 */
public final class Intercepted {
    private Intercepted() {}

    /** The call on the real part. */
    @FunctionalInterface
    public interface Call {
        /** Makes it, with these arguments instead of the caller's. */
        @Nullable
        Object with(@Nullable Object... arguments) throws Throwable;
    }

    /** What happens instead of a call. */
    @FunctionalInterface
    public interface Interceptor {
        /** Gives the caller's answer. What it throws is thrown to the caller as it is. */
        @Nullable
        Object call(Method called, Call real, @Nullable Object[] arguments) throws Throwable;
    }

    /** A part that asks the interceptor about each call of the interface's methods. */
    public static <T> T of(Class<T> type, T part, Interceptor interceptor) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, called, given) -> {
                    @Nullable Object[] arguments = given == null ? new Object[0] : given;
                    Call real = changed -> {
                        try {
                            return called.invoke(part, changed);
                        } catch (InvocationTargetException e) {
                            throw e.getTargetException();
                        }
                    };
                    return called.getDeclaringClass() == Object.class
                            ? real.with(arguments)
                            : interceptor.call(called, real, arguments);
                }));
    }

    /** A part that asks the interceptor about the calls of one method, by its name. */
    public static <T> T at(String method, Class<T> type, T part, Interceptor interceptor) {
        return of(
                type,
                part,
                (called, real, arguments) -> called.getName().equals(method)
                        ? interceptor.call(called, real, arguments)
                        : real.with(arguments));
    }
}
