package io.kurier.cli.shell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a command answers on standard output: words and tables for people, or with `--json` one JSON value.
public final class Output {
    private final PrintWriter out;
    private final boolean json;

    Output(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    /// A table, or an array of its rows. `whenEmpty` is the sentence for people when there are none.
    public void table(Table table, String whenEmpty) {
        if (json) {
            out.println(toJson(table.objects()));
        } else if (table.isEmpty()) {
            out.println(whenEmpty);
        } else {
            out.print(table.text());
        }
        out.flush();
    }

    /// Text for people (its last newline is added where it is missing), or any value of maps, lists, strings and
    /// numbers.
    public void answer(String text, @Nullable Object value) {
        if (json) {
            out.println(toJson(value));
        } else {
            out.print(text.endsWith("\n") ? text : text + "\n");
        }
        out.flush();
    }

    /// A sentence that says what was done, or a JSON object that does.
    public void done(String sentence, Map<String, ?> value) {
        answer(sentence, value);
    }

    /// One value as one line of JSON.
    public static String toJson(@Nullable Object value) {
        try {
            return Holder.MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not a JSON value: " + e.getOriginalMessage(), e);
        }
    }

    /// Loaded only when somebody asks for JSON: a command for people starts faster without it.
    private static final class Holder {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }
}
