package dev.trampette.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A page that was drawn from the sample, or from a changed copy of it, and can be asked what is on it.
record Drawn(ObjectNode json, String html, Document document) {

    private static final JsonMapper MAPPER = new JsonMapper();

    /// The sample as it is.
    static Drawn sample() {
        return from(_ -> { });
    }

    static Drawn from(Consumer<ObjectNode> change) {
        ObjectNode json = json(change);
        String html = Page.html(json.toString());
        try {
            Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new InputSource(new StringReader(html)));
            return new Drawn(json, html, document);
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new AssertionError("the page is not well-formed: " + e.getMessage(), e);
        }
    }

    /// The sample as JSON, changed.
    static ObjectNode json(Consumer<ObjectNode> change) {
        try (InputStream in = Drawn.class.getResourceAsStream("sample.json")) {
            ObjectNode json = (ObjectNode) MAPPER.readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            change.accept(json);
            return json;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// The text of a part of the page.
    String text(String id) {
        return element(id).getTextContent();
    }

    Element element(String id) {
        return elements("*").stream().filter(element -> element.getAttribute("id").equals(id)).findFirst()
                .orElseThrow(() -> new AssertionError("no element has the id " + id));
    }

    List<Element> elements(String name) {
        return all(document.getElementsByTagName(name));
    }

    static List<Element> within(Element element, String name) {
        return all(element.getElementsByTagName(name));
    }

    private static List<Element> all(org.w3c.dom.NodeList nodes) {
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            Node node = nodes.item(i);
            assertThat(node).isInstanceOf(Element.class);
            elements.add((Element) node);
        }
        return elements;
    }
}
