"""What advertisements say around a competence, in four languages: learnt as meaning nothing."""

PHRASES: dict[str, tuple[str, ...]] = {
    "nl": tuple(
        (
            "je hebt ervaring met|ervaring in|kennis van|goede kennis van|grondige kennis van|"
            "je kan|je kunt|in staat om|wij zoeken een|je bent|je werkt|zelfstandig|"
            "in teamverband|samen met collega's|is een plus|is een must|bij voorkeur|vereist|"
            "verantwoordelijk voor|je staat in voor|je zorgt voor|binnen de organisatie|"
            "onze klanten|ons team|je beschikt over|vertrouwd met|vlot|minimaal jaar|diploma|"
            "bachelor|je takenpakket|functie|profiel|om de doelstellingen te behalen|"
            "op een efficiënte manier|sterke vaardigheden|je helpt bij|je ondersteunt|dagelijks|"
            "in een dynamische omgeving|op hoog niveau|de kandidaat|relevante|verschillende|"
            "diverse|actuele|binnen de sector|met oog voor kwaliteit|je neemt deel aan|"
            "je volgt op|je bent bereid|je houdt van|passie voor|succes|bedrijf|uitstekend"
        ).split("|")
    ),
    "fr": tuple(
        (
            "vous avez de l'expérience en|expérience dans|connaissance de|bonne connaissance de|"
            "maîtrise de|vous êtes capable de|capacité à|nous cherchons|nous recherchons un|"
            "vous êtes|vous travaillez|autonome|en équipe|avec vos collègues|est un atout|"
            "est un plus|de préférence|exigé|souhaité|responsable de|vous assurez|"
            "au sein de l'entreprise|nos clients|notre équipe|vous disposez de|à l'aise avec|"
            "couramment|minimum ans|diplôme|bachelier|vos missions|fonction|profil|"
            "afin d'atteindre les objectifs|de manière efficace|solides compétences|vous aidez|"
            "vous participez à|quotidiennement|dans un environnement dynamique|le candidat|"
            "pertinente|différents|divers|dans le secteur|le souci de la qualité|vous suivez|"
            "passion pour|réussite|société|excellente"
        ).split("|")
    ),
    "en": tuple(
        (
            "experience with|experience in|knowledge of|good knowledge of|"
            "thorough knowledge of|you can|able to|we are looking for a|you are|you have|"
            "you will|you work|independently|in a team|together with colleagues|is a plus|"
            "is a must|preferably|required|responsible for|you take care of|you see to|"
            "within the company|our customers|our team|familiar with|fluent|years|degree|"
            "bachelor|your tasks|position|profile|to reach the goals|in an efficient way|"
            "strong skills|you help with|you support|daily|in a dynamic environment|"
            "at a high level|the candidate|relevant|various|different|current|in the sector|"
            "with an eye for quality|you take part in|you follow up|you are willing to|"
            "you like|passion for|success|firm|excellent"
        ).split("|")
    ),
    "de": tuple(
        (
            "erfahrung mit|erfahrung in|kenntnisse in|gute kenntnisse|fundierte kenntnisse|"
            "fähigkeit|in der lage|wir suchen eine|wir suchen einen|sie sind|sie haben|"
            "sie arbeiten|selbstständig|im team|teamfähig|von vorteil|erforderlich|wünschenswert|"
            "idealerweise|verantwortlich für|sie sorgen für|in unserem unternehmen|unsere kunden|"
            "unser team|sie verfügen über|vertraut mit|sicherer umgang mit|mindestens jahre|"
            "abgeschlossene ausbildung|studium|ihre aufgaben|stelle|profil|um ziele zu erreichen|"
            "effizient|ausgeprägte|sie unterstützen|täglich|in einem dynamischen umfeld|bewerber|"
            "relevante|verschiedene|in der branche|qualität|leidenschaft für|erfolg|firma|"
            "ausgezeichnete|berufserfahrung"
        ).split("|")
    ),
}
