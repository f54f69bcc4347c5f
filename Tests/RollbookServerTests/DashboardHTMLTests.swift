import Rollbook
import Testing

@testable import RollbookServer

@Suite("HTML")
struct DashboardHTMLTests {
    @Test("a hostile text stays text, in content and in attributes")
    func escapes() {
        let hostile = "</td><script>alert('x')</script>\" onload=\"y & z"
        let escaped =
            "&lt;/td&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; onload=&quot;y &amp; z"
        #expect(Tag.td(.title(hostile)) { hostile }.source == "<td title=\"\(escaped)\">\(escaped)</td>")
    }

    @Test("control characters become the sign for what cannot be shown")
    func controlCharacters() {
        #expect(HTML.text("a\u{0}b\u{1B}c\td\u{85}").source == "a\u{FFFD}b\u{FFFD}c\td\u{FFFD}")
    }

    @Test(
        "a name keeps its letters and its direction to itself",
        arguments: ["שָׁלוֹם", "مرحبا", "👩‍👩‍👧‍👦", "\u{202E}evil", "Zoë O’Neill", "\r\n"])
    func names(name: String) {
        #expect(HTML.name(name).source == "<bdi>\(HTML.escaped(name))</bdi>")
        #expect(!HTML.name(name).source.contains("\r"))
    }

    @Test("data cannot end their element, nor begin a comment")
    func data() {
        let source = HTML.data(json: Array(#"{"a":"</script><!--&"}"#.utf8), id: "d").source
        #expect(
            source == #"<script type="application/json" id="d">{"a":"\u003c/script\u003e\u003c!--\u0026"}</script>"#)
    }

    @Test("a builder keeps the order, and leaves out what does not hold")
    func builder() {
        let isShown = false
        let list = Tag.ul {
            for number in 1...2 { Tag.li { "\(number)" } }
            if isShown { Tag.li { "no" } }
            VoidTag.input(.name("x"), .flag("hidden"), .flag("disabled", if: isShown))
        }
        #expect(list.source == "<ul><li>1</li><li>2</li><input name=\"x\" hidden></ul>")
    }
}

@Suite("A page's links and queries")
struct DashboardLinkTests {
    @Test("every part is percent-encoded, and what is decoded is what was encoded")
    func roundTrip() throws {
        let hostile = "a/b?c=d&e#f%20 +ü\"'<>👩‍🚀"
        let link = PageLink(path: ["students", hostile], query: [(hostile, hostile)], fragment: "top")
        let text = link.description
        #expect(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"'<>".utf8.contains($0) })
        let query = try #require(text.split(separator: "?")[1].split(separator: "#").first)
        let pairs = try #require(PageQuery.pairs(String(query)))
        #expect(pairs.map(\.name) == [hostile] && pairs.map(\.value) == [hostile])
        let part = try #require(text.split(separator: "?")[0].split(separator: "/").last)
        #expect(PageQuery.decoded(part, plusIsBlank: false) == hostile)
    }

    @Test("a plus is a blank in a query, as forms write it, and a plus in a path")
    func plus() {
        #expect(PageQuery.pairs("q=Ada+B")?.first?.value == "Ada B")
        #expect(PageQuery.decoded("a+b", plusIsBlank: false) == "a+b")
    }

    @Test(
        "an escape that stands for no text is refused", arguments: ["a=%", "a=%4", "a=%GG", "a=%+1", "a=%FF", "%C3=1"])
    func badEscapes(query: String) {
        #expect(PageQuery.pairs(query) == nil)
    }
}

@Suite("How cells look")
struct DashboardCellTests {
    private func seconds(_ count: Int64) -> Instant { Instant(secondsSinceEpoch: count) }

    @Test(
        "an age is told in the unit that fits",
        arguments: [
            (0, "just now"), (59, "just now"), (60, "1 minute ago"), (7199, "1 hour ago"), (172_800, "2 days ago"),
            (31_557_600 * 12, "12 years ago"), (-7200, "2 hours ahead"),
        ] as [(Int64, String)])
    func age(length: Int64, words: String) {
        #expect(CellFormat.age(of: seconds(0), at: seconds(length)) == words)
    }

    @Test(
        "thousands are grouped",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (.min, "-9,223,372,036,854,775,808"),
        ]
            as [(Int64, String)])
    func grouped(number: Int64, text: String) {
        #expect(CellFormat.grouped(number) == text)
    }

    @Test("times are shown by the clocks of the zone, over a change of the clocks too")
    func clock() throws {
        let format = CellFormat(zone: try #require(Zone(identifier: "Europe/Berlin")))
        #expect(format.clock(try #require(Instant(parsing: "2026-03-29T00:59:00Z"))) == "2026-03-29 01:59")
        #expect(format.clock(try #require(Instant(parsing: "2026-03-29T01:00:00Z"))) == "2026-03-29 03:00")
        #expect(
            CellFormat(zone: .utc).time(try #require(Instant(parsing: "2026-03-29T01:00:00.5Z"))).source
                == #"<time datetime="2026-03-29T01:00:00.5Z" title="2026-03-29T01:00:00.5Z">2026-03-29 01:00</time>"#)
    }

    @Test("no value is a dash that says so; decimals keep their zeros; counts are grouped and ids are not")
    func values() {
        let format = CellFormat(zone: .utc)
        let grade = ColumnDefinition("avg_grade", .decimal, unit: .points, "a mean")
        #expect(format.cell(.null, of: grade).source == #"<abbr title="no value" class="none">–</abbr>"#)
        #expect(format.cell(.decimal(FixedDecimal(units: 8550, scale: 2)), of: grade).source == "85.50")
        #expect(format.cell(.integer(12_345), of: ColumnDefinition("n", .integer, unit: .count, "")).source == "12,345")
        #expect(format.cell(.integer(12_345), of: ColumnDefinition("id", .integer, "")).source == "12345")
    }
}
