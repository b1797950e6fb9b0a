package dev.usertwin.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void valuesOfEveryKindAreRead() {
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("a", Arrays.asList(1L, -2L, new BigDecimal("2.50"), new BigDecimal("1E+3"), true, false, null));
        expected.put("", Map.of());
        expected.put("é", List.of());
        assertEquals(expected, Json.read(" {\"a\" : [1,-2, 2.50,1e3,true , false,null],\n\"\":{},\"\\u00e9\":[ ]}\t"));
    }

    @Test
    void stringsKeepEveryCharacter() {
        String text = "\"\\/\b\f\n\r\té😀\u0000\u2028\ud800";
        assertEquals(text, Json.read(Json.write(text)));
        assertEquals("\"/\b\f\n\r\t😀", Json.read("\"\\\"\\/\\b\\f\\n\\r\\t\\ud83d\\ude00\""));
        assertEquals("\"\\ud800😀\\u0000\"", Json.write("\ud800😀\u0000"));
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("list", Arrays.asList("x", null, 1L, List.of(), Map.of()));
        map.put("number", new BigDecimal("0.10"));
        map.put("large", new BigDecimal("123456789012345678901234567890"));
        map.put("yes", true);
        assertEquals("{\"list\":[\"x\",null,1,[],{}],\"number\":0.10,\"large\":123456789012345678901234567890,\"yes\":true}",
                Json.write(map));
        assertEquals(map, Json.read(Json.write(map)));
        assertThrows(IllegalArgumentException.class, () -> Json.write(Double.NaN));
    }

    @Test
    void whatIsNoJsonIsRefused() {
        for (String text : List.of(
                "", " ", "{", "[", "[1,]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "+1", "-", "1e", "\"", "\"\\x\"",
                "\"\\u12g4\"", "\"\\u1\"", "\"\n\"", "tru", "nulll", "1 2", "NaN", "'a'", "[1}", "1e99999999999")) {
            var error = assertThrows(IllegalArgumentException.class, () -> Json.read(text), text);
            assertTrue(error.getMessage().endsWith("of the JSON"), error.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> Json.read("[".repeat(100_000)));
    }
}
