import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.Machine;

/** First line: every rule by its name, with its event pattern. Then an event a line; answered by a line, the names of the rules it matches. */
public class Judge {
  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    ObjectMapper json = new ObjectMapper();
    JsonNode rules = json.readTree(in.readLine());
    Machine machine = Machine.builder().build();
    for (var names = rules.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      machine.addRule(name, rules.get(name).toString());
    }
    for (String event = in.readLine(); event != null; event = in.readLine()) {
      out.println(json.writeValueAsString(machine.rulesForJSONEvent(event)));
    }
    out.flush();
  }
}
