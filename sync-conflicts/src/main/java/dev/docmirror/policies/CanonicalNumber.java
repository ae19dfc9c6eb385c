package dev.docmirror.policies;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

import tools.jackson.databind.JsonNode;

/**
 * Writes numbers as JavaScript does, which is what RFC 8785 asks for: the shortest digits that lead back to the same
 * double. By hand, because {@link Double#toString(double)} is not the shortest before Java 19.
 *
 * @see <a href="https://tc39.es/ecma262/#sec-numeric-types-number-tostring">ECMA-262: Number::toString</a>
 */
final class CanonicalNumber {
    /** Different decimals of up to as many digits are different doubles, so each is the shortest for its own. */
    private static final int ALWAYS_SHORTEST = 15;

    /** That many digits lead back to any double. */
    private static final int ALWAYS_ENOUGH = 17;

    /** Where the decimal point may stand at most, and must stand at least, for a number to be written without exponent. */
    private static final int MOST_RIGHT = 21;

    private static final int MOST_LEFT = -5;

    private CanonicalNumber() {}

    /** @throws IllegalArgumentException if no double is written like this */
    static String of(JsonNode number) {
        if (number.isFloatingPointNumber() && !number.isBigDecimal()) {
            return of(Double.parseDouble(number.asString())); // a float means what it is written as
        }
        BigDecimal exact = number.decimalValue().stripTrailingZeros();
        double nearest = exact.doubleValue();
        boolean evident = exact.precision() <= ALWAYS_SHORTEST && Math.abs(nearest) >= Double.MIN_NORMAL;
        if (Double.isInfinite(nearest) || (!evident && shortest(nearest).compareTo(exact) != 0)) {
            throw new IllegalArgumentException("body: must not have a number that no double holds exactly");
        }
        return text(exact);
    }

    static String of(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("body: must not have a number that is infinite or none");
        }
        return text(shortest(number));
    }

    private static BigDecimal shortest(double number) {
        BigDecimal exact = new BigDecimal(number);
        for (int digits = 1; digits < ALWAYS_ENOUGH; digits++) {
            BigDecimal down = exact.round(new MathContext(digits, RoundingMode.DOWN));
            BigDecimal up = exact.round(new MathContext(digits, RoundingMode.UP));
            boolean downLeadsBack = down.doubleValue() == number;
            boolean upLeadsBack = up.doubleValue() == number;
            if (downLeadsBack && upLeadsBack) {
                return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN))
                        .stripTrailingZeros();
            } else if (downLeadsBack || upLeadsBack) {
                return (downLeadsBack ? down : up).stripTrailingZeros();
            }
        }
        return exact.round(new MathContext(ALWAYS_ENOUGH, RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
    }

    /** @param number without trailing zeros, in the range of doubles */
    private static String text(BigDecimal number) {
        if (number.signum() == 0) {
            return "0";
        }
        // Where the decimal point stands in the digits: 0.00123 and 123000 have -2 and 6.
        int point = number.precision() - number.scale();
        if (point >= MOST_LEFT && point <= MOST_RIGHT) {
            return number.toPlainString();
        }
        String digits = number.unscaledValue().abs().toString();
        int exponent = point - 1;
        return (number.signum() < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + (exponent < 0 ? "e" : "e+")
                + exponent;
    }
}
