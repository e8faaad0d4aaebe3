"""The demo supplier's price list: invented articles of a Brazilian industrial wholesaler."""

from bot.demo.supplier.catalogue import Product

PRODUCTS = (
    Product("RL-6205", "Rolamento rígido de esferas 6205-2RS C3", "84821010", "UN", 3890, 0.13, "ia"),
    Product("RL-6308", "Rolamento rígido de esferas 6308-ZZ", "84821010", "UN", 11240, 0.64, "ia"),
    Product("RL-22212", "Rolamento autocompensador de rolos 22212-E1", "84823000", "UN", 48750, 1.72, "ia"),
    Product("RL-UCP208", "Mancal de ferro fundido UCP 208 com rolamento", "84832000", "UN", 9480, 1.95, "ia"),
    Product("CR-B68", "Correia em V lisa B-68", "40103900", "UN", 4275, 0.31, "ia"),
    Product("CR-HTD8", "Correia sincronizadora HTD 8M 1440 x 30 mm", "40103600", "UN", 18690, 0.42, "i"),
    Product("CN-08B1", "Corrente de rolos 08B-1, caixa com 5 m", "73151100", "CX", 21350, 3.5, "ia"),
    Product("PF-M12", "Parafuso sextavado M12 x 60 classe 8.8, cento", "73181500", "CX", 16420, 7.8, "ia"),
    Product("PF-M16", "Parafuso sextavado M16 x 80 classe 10.9, cento", "73181500", "CX", 38900, 17.4, "ia"),
    Product("PF-INX8", "Parafuso Allen M8 x 30 inox A2-70, cento", "73181500", "CX", 14380, 1.9, "ih"),
    Product("PC-M12", "Porca autotravante M12 classe 8, cento", "73181600", "CX", 7260, 1.7, "ia"),
    Product("CB-FLX25", "Cabo flexível 750 V 2,5 mm² preto, rolo 100 m", "85444900", "RL", 23970, 3.1, "iha"),
    Product("CB-PP4", "Cabo PP 4 x 4 mm² 1 kV", "85444900", "M", 2415, 0.31, "ia"),
    Product("EL-CONT32", "Contator tripolar 32 A bobina 220 Vca", "85364900", "UN", 21890, 0.42, "ia"),
    Product("EL-DJ63", "Disjuntor termomagnético tripolar 63 A curva C", "85362000", "UN", 9875, 0.36, "iha"),
    Product(
        "EL-INV75", "Inversor de frequência 7,5 kW 380 V IP20", "85044050", "UN", 389000, 4.6, "ia", "IF75"
    ),
    Product("EL-SOFT", "Chave de partida suave 45 A 220-575 V", "85371090", "UN", 264500, 3.2, "i", "SS45"),
    Product("EL-FONTE", "Fonte chaveada 24 Vcc 10 A trilho DIN", "85044021", "UN", 41250, 0.85, "ih", "FC24"),
    Product("EL-IHM7", 'IHM colorida 7" touch Ethernet', "85371030", "UN", 218900, 0.92, "i", "HM07"),
    Product("SN-IND18", "Sensor indutivo M18 PNP NA cabo 2 m", "90318099", "UN", 13760, 0.11, "i"),
    Product("SN-FOTO", "Sensor fotoelétrico difuso 400 mm M12", "90318099", "UN", 28940, 0.09, "i"),
    Product(
        "SN-PT100", "Termorresistência Pt100 classe A, haste 150 mm", "90259010", "UN", 19480, 0.15, "ih"
    ),
    Product(
        "MT-5CV", "Motor trifásico 5 cv 4 polos IR4 220/380 V", "85015210", "UN", 241500, 34.0, "ia", "MT05"
    ),
    Product(
        "MT-RED60", "Redutor de velocidade coroa e rosca 1:60", "84834010", "UN", 129800, 11.5, "ia", "RD60"
    ),
    Product(
        "BM-CENT3",
        "Bomba centrífuga monoestágio 3 cv Ø 2 pol.",
        "84137080",
        "UN",
        178600,
        27.0,
        "iah",
        "BC03",
    ),
    Product("BM-VAC", "Bomba de vácuo de anel líquido 2 cv", "84141000", "UN", 512000, 41.0, "h", "BV02"),
    Product("HD-MANG12", "Mangueira hidráulica 2SN 1/2 pol.", "40092190", "M", 4135, 0.62, "ia"),
    Product(
        "HD-CIL50",
        "Cilindro hidráulico dupla ação Ø 50 x 300 mm",
        "84122110",
        "UN",
        98700,
        12.8,
        "ia",
        "CH50",
    ),
    Product("HD-FILT10", "Elemento filtrante hidráulico 10 µm", "84219910", "UN", 15690, 0.48, "ia"),
    Product("HD-OLEO46", "Óleo hidráulico ISO VG 46, balde 20 L", "27101932", "BD", 36890, 17.9, "ia"),
    Product("LB-GRAXA2", "Graxa de lítio NLGI 2 EP, balde 18 kg", "34039900", "BD", 61250, 18.6, "ia"),
    Product("PN-CIL32", "Cilindro pneumático ISO 15552 Ø 32 x 100 mm", "84123110", "UN", 32780, 0.71, "ih"),
    Product("PN-VALV52", "Válvula direcional 5/2 vias solenoide 24 Vcc", "84812090", "UN", 27450, 0.29, "ih"),
    Product("PN-TUBO8", "Tubo de poliuretano 8 mm azul", "39173290", "M", 389, 0.03, "iha"),
    Product(
        "PN-LUBR", "Conjunto filtro, regulador e lubrificador 1/2 pol.", "84213990", "UN", 34520, 0.88, "ia"
    ),
    Product("VL-ESF1", "Válvula de esfera inox 304 tripartida 1 pol.", "84818095", "UN", 18270, 0.74, "iha"),
    Product("VL-BORB4", "Válvula borboleta wafer 4 pol. com alavanca", "84818097", "UN", 29640, 3.9, "ia"),
    Product("VD-ORING", "Kit de anéis O-ring NBR, 419 peças", "40169300", "KT", 12890, 0.9, "iha"),
    Product("VD-CHAPA", "Lençol de borracha nitrílica 3 mm", "40081100", "KG", 3980, 1.0, "ia"),
    Product("AB-DISCO7", "Disco de corte inox 7 x 1/16 pol., caixa 25", "68042211", "CX", 21480, 3.1, "ia"),
    Product("SD-ELET", "Eletrodo revestido E7018 3,25 mm", "83111000", "KG", 2890, 1.0, "ia"),
    Product("SD-ARAME", "Arame MIG ER70S-6 1,0 mm, carretel 15 kg", "83112000", "CR", 28650, 15.4, "ia"),
    Product("EP-LUVA", "Luva nitrílica sem pó tamanho M, caixa 100", "40151900", "CX", 4690, 0.55, "hia"),
    Product("EP-CAPAC", "Capacete de segurança classe B com jugular", "65061000", "UN", 5420, 0.38, "ia"),
    Product("EP-MASC", "Respirador PFF2 com válvula, caixa 50", "63079010", "CX", 15890, 0.7, "hia"),
    Product("EP-OCULOS", "Óculos de proteção antiembaçante incolor", "90049020", "UN", 1980, 0.05, "hia"),
    Product("EP-AVENT", "Avental impermeável descartável, pacote 50", "39262000", "PC", 9840, 1.6, "h"),
    Product(
        "HP-HEPA", "Filtro absoluto HEPA H14 610 x 610 x 78 mm", "84213990", "UN", 138900, 6.4, "h", "HP14"
    ),
    Product("HP-FLTG4", "Filtro plissado G4 595 x 595 x 45 mm", "84213990", "UN", 8970, 0.7, "hi"),
    Product("HP-MANO", "Manômetro diferencial 0-250 Pa", "90262010", "UN", 47680, 0.5, "h", "MD25"),
    Product("HP-GASES", "Régua de gases medicinais 4 pontos", "84818099", "UN", 189500, 5.2, "h", "RG04"),
    Product("HP-RODIZ", "Rodízio hospitalar 5 pol. com freio", "83022000", "UN", 9780, 0.9, "h"),
    Product("HP-INOX", "Carro de curativo em aço inox 304", "94029090", "UN", 214700, 21.0, "h"),
    Product("IL-LED100", "Refletor LED 100 W IP66 6500 K", "94054200", "UN", 15980, 1.5, "iha"),
    Product("AG-BICO", "Bico de pulverização leque 11003, cartela 10", "84249090", "CT", 18740, 0.2, "a"),
    Product("AG-DISCO", "Disco de plantio liso 18 pol. x 4 mm", "84329000", "UN", 14370, 5.4, "a"),
    Product("AG-TELA", "Peneira para colheitadeira 1500 x 1080 mm", "84339090", "UN", 129400, 14.0, "a"),
    Product("AG-CARDAN", "Eixo cardan agrícola série 5, 1210 mm", "84831019", "UN", 86900, 11.2, "a"),
)
