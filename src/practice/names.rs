//! Names, jobs and places for the people of the practice tenant, from many languages and scripts.
//!
//! It owns plain lists. It must not know how people are put together; that is `people`. All names are invented.

/// Full name, given name, surname and the part of the address before the @.
pub(super) type Name = (&'static str, &'static str, &'static str, &'static str);

/// The first people of every directory, written by hand so that small ones show what real ones contain.
pub(super) const FIRST: [Name; 25] = [
    ("Adele Vance", "Adele", "Vance", "adele.vance"),
    ("Zoë Ångström", "Zoë", "Ångström", "zoe.angstrom"),
    ("José Álvarez Núñez", "José", "Álvarez Núñez", "jose.alvarez"),
    ("Søren Kjærgaard", "Søren", "Kjærgaard", "soren.kjaergaard"),
    ("Łukasz Wiśniewski", "Łukasz", "Wiśniewski", "lukasz.wisniewski"),
    ("Nguyễn Thị Ánh", "Thị Ánh", "Nguyễn", "anh.nguyen"),
    ("山田 太郎", "太郎", "山田", "taro.yamada"),
    ("王小明", "小明", "王", "xiaoming.wang"),
    ("김민준", "민준", "김", "minjun.kim"),
    ("محمد العلي", "محمد", "العلي", "mohammed.alali"),
    ("נועה כהן", "נועה", "כהן", "noa.cohen"),
    ("Αλέξης Παπαδόπουλος", "Αλέξης", "Παπαδόπουλος", "alexis.papadopoulos"),
    ("Олена Шевченко", "Олена", "Шевченко", "olena.shevchenko"),
    ("Siobhán O'Brien", "Siobhán", "O'Brien", "siobhan.obrien"),
    ("İpek Yıldız", "İpek", "Yıldız", "ipek.yildiz"),
    ("Ann Lee", "Ann", "Lee", "ann.lee"),
    ("Anna-Lena Grün", "Anna-Lena", "Grün", "annalena.gruen"),
    ("Joanna Przybylska", "Joanna", "Przybylska", "joanna.przybylska"),
    ("Chidi Okonkwo 🎧", "Chidi", "Okonkwo", "chidi.okonkwo"),
    ("Priya Raghunathan", "Priya", "Raghunathan", "priya.raghunathan"),
    ("François Lefèvre", "François", "Lefèvre", "francois.lefevre"),
    ("Þóra Guðmundsdóttir", "Þóra", "Guðmundsdóttir", "thora.gudmundsdottir"),
    ("Đorđe Petrović", "Đorđe", "Petrović", "dorde.petrovic"),
    (
        "Maximiliane Alexandra von Hohenberg-Wittgenstein zu Sonnenfels",
        "Maximiliane Alexandra",
        "von Hohenberg-Wittgenstein zu Sonnenfels",
        "maximiliane.hohenberg",
    ),
    ("Ruth Mbeki", "Ruth", "Mbeki", "ruth.mbeki"),
];

/// Full names in other scripts, strewn among the Latin ones.
pub(super) const OTHER_SCRIPTS: [Name; 12] = [
    ("佐藤 花子", "花子", "佐藤", "hanako.sato"),
    ("鈴木 一郎", "一郎", "鈴木", "ichiro.suzuki"),
    ("李婷", "婷", "李", "ting.li"),
    ("陳美玲", "美玲", "陳", "meiling.chen"),
    ("이서연", "서연", "이", "seoyeon.lee"),
    ("박지훈", "지훈", "박", "jihoon.park"),
    ("فاطمة الزهراء", "فاطمة", "الزهراء", "fatima.alzahra"),
    ("يوسف منصور", "يوسف", "منصور", "yusuf.mansour"),
    ("דוד לוי", "דוד", "לוי", "david.levi"),
    ("Ελένη Νικολάου", "Ελένη", "Νικολάου", "eleni.nikolaou"),
    ("Дмитро Коваленко", "Дмитро", "Коваленко", "dmytro.kovalenko"),
    ("ณัฐพล สุขใจ", "ณัฐพล", "สุขใจ", "natthaphon.sukjai"),
];

/// Given names with their plain spelling.
pub(super) const GIVEN: [(&str, &str); 32] = [
    ("Amélie", "amelie"),
    ("Björn", "bjorn"),
    ("Carla", "carla"),
    ("Daniel", "daniel"),
    ("Elif", "elif"),
    ("Fiona", "fiona"),
    ("Günter", "guenter"),
    ("Hana", "hana"),
    ("Inês", "ines"),
    ("Jakub", "jakub"),
    ("Kwame", "kwame"),
    ("Laura", "laura"),
    ("Márta", "marta"),
    ("Nikola", "nikola"),
    ("Óscar", "oscar"),
    ("Paula", "paula"),
    ("Quentin", "quentin"),
    ("Renée", "renee"),
    ("Štěpán", "stepan"),
    ("Tove", "tove"),
    ("Ursula", "ursula"),
    ("Víctor", "victor"),
    ("Wanda", "wanda"),
    ("Xenia", "xenia"),
    ("Yasmin", "yasmin"),
    ("Žofia", "zofia"),
    ("Åsa", "asa"),
    ("Grace", "grace"),
    ("Rahul", "rahul"),
    ("Mei", "mei"),
    ("Tomás", "tomas"),
    ("Ingrid", "ingrid"),
];

/// Surnames with their plain spelling.
pub(super) const SURNAMES: [(&str, &str); 32] = [
    ("Andersson", "andersson"),
    ("Bianchi", "bianchi"),
    ("Çelik", "celik"),
    ("Dvořák", "dvorak"),
    ("Eriksen", "eriksen"),
    ("Fernández", "fernandez"),
    ("García", "garcia"),
    ("Höglund", "hoglund"),
    ("Ivanova", "ivanova"),
    ("Jørgensen", "jorgensen"),
    ("Kovács", "kovacs"),
    ("Lopes", "lopes"),
    ("MacDonald", "macdonald"),
    ("Novák", "novak"),
    ("Øyen", "oyen"),
    ("Peña", "pena"),
    ("Quinn", "quinn"),
    ("Rossi", "rossi"),
    ("Schäfer", "schaefer"),
    ("Țurcanu", "turcanu"),
    ("Ünal", "uenal"),
    ("van den Berg", "vandenberg"),
    ("Weiß", "weiss"),
    ("Nkosi", "nkosi"),
    ("Yilmaz", "yilmaz"),
    ("Žukauskas", "zukauskas"),
    ("Patel", "patel"),
    ("Okafor", "okafor"),
    ("Nakamura", "nakamura"),
    ("d'Angelo", "dangelo"),
    ("Smith", "smith"),
    ("Lindqvist", "lindqvist"),
];

/// Job title and department.
pub(super) const JOBS: [(&str, &str); 8] = [
    ("Account Manager", "Sales"),
    ("Support Engineer", "Customer Service"),
    ("Payroll Specialist", "Finance"),
    ("Product Expert", "Product"),
    ("Team Lead", "Customer Service"),
    ("Legal Counsel", "Legal"),
    ("Network Engineer", "IT"),
    ("Logistics Planner", "Operations"),
];

/// Office, country and language.
pub(super) const PLACES: [(&str, &str, &str); 8] = [
    ("18/2111", "United States", "en-US"),
    ("Berlin 3.14", "Germany", "de-DE"),
    ("Lyon A2", "France", "fr-FR"),
    ("Tokyo 7F", "Japan", "ja-JP"),
    ("Leeds G/04", "United Kingdom", "en-GB"),
    ("Madrid 5", "Spain", "es-ES"),
    ("Stockholm 2", "Sweden", "sv-SE"),
    ("Sydney 12", "Australia", "en-AU"),
];
